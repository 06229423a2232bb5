"""Names of modules that stand for values: what the module's statements say of them, or their value where it is a literal."""

from __future__ import annotations

import types
from typing import Any, Optional

from . import literals, raw
from .imports import module_file, resolve
from .locate import NotRunning
from .notebooks import binding
from .outline import Unit, units
from .reach import Reach
from .running import module_runs
from .sources import Source


class Constants(Reach):
    """The part of a search that looks at modules."""

    def constant(self, names: Any, name: str, definitions: bool = True) -> None:
        """What a module's statements say of a name.

        `definitions`: False where the name is that of a function or class, which is followed by itself; then only statements
        such as ``f = make(3)`` count.
        """
        if not self.once("constant", names, name, definitions):
            return
        found, bound = self.binding(names, name)
        value = names.get(name)
        if found is None:
            text = literals.text(value)
            if text is not None and definitions:
                self.part(name, literals.digest(text), "", 0)
            return
        imports = sorted({u.detail for u in bound if u.kind == "import"})
        others = [u for u in bound if u.is_statement]
        if imports:
            self.imported(names, name, imports, found.path, bound[0].line, definitions)
        if len(others) == 1 and others[0].kind == "literal" and not imports:
            if definitions:
                self.literal(name, value, others[0], found)
        elif others and not module_runs(raw.text(names, "__name__"), found):
            text = literals.text(value)
            if text is None:
                raise NotRunning(found.path)
            self.part(name, literals.digest(text), found.path, others[0].line)
        else:
            if not bound and found.outline.stars:
                origins = [f"{module}:{name}" for module in found.outline.stars]
                self.imported(names, name, origins, found.path, 0, definitions)
            if definitions and any(u.kind == "function" for u in bound):
                self.decorated(found, name, name, names)
            for unit in others:
                self.part(name, unit.hash, found.path, unit.line)
                self.follow(unit.references, names)

    def binding(self, names: Any, name: str) -> tuple[Optional[Source], list[Unit]]:
        """The statements that bind or change a name, and their file."""
        path = raw.text(names, "__file__")
        if not path and raw.text(names, "__name__") == "__main__":
            self.saw(names, "_i", names.get("_i"))  # IPython's last input: another cell may change what the name holds
            return binding(name, self.source)
        if not path:  # a module made by exec
            functions = [f for f in list(names.values()) if type(f) is types.FunctionType and f.__globals__ is names]
            path = functions[0].__code__.co_filename if functions else ""
        found = self.source(path) if path else None
        return found, [] if found is None else units(found.outline.names, name)

    def decorated(self, found: Source, qualname: str, label: str, names: Any, owner: Optional[type] = None) -> None:
        """A function that its decorator has made something else of, an object that hides it: its text counts."""
        for unit in units(found.outline.functions, qualname):
            self.part(label, unit.hash, found.path, unit.line)
            if self.once("decorated", found.path, label, unit.hash, owner):
                self.follow(unit.references, names, owner)

    def literal(self, name: str, value: object, unit: Unit, found: Source) -> None:
        """The value that lives wins over the literal, if it is of its type and no function changes the name."""
        live = literals.text(value) if name not in found.outline.declared else None
        text = live if live is not None and literals.may_replace(live, unit.detail) else unit.detail
        self.part(name, literals.digest(text), found.path, unit.line)

    def imported(self, names: Any, name: str, origins: list[str], path: str, line: int, definitions: bool) -> None:
        """A name that came by an import: of own code the constant itself counts, of foreign code where it is from."""
        package = raw.text(names, "__package__")
        foreign = []
        for origin in origins:
            module, inner = resolve(origin, package)
            there = raw.loaded(module)
            if inner and inner in there and self.ours.is_own(module, raw.text(there, "__file__")):
                self.constant(there, inner, definitions)
            else:
                foreign.append(f"{module}:{inner}")
        if foreign and definitions:
            self.part(f"import {name}", literals.digest(",".join(foreign)), path, line)

    def follow_import(self, origin: str, names: Any) -> None:
        """An import inside a function: the whole text of the file, which is not imported for it."""
        module, inner = resolve(origin, raw.text(names, "__package__"))
        for name in (f"{module}.{inner}", module) if inner and inner != "*" else (module,):
            path = module_file(name)
            if path and self.ours.is_own(name, path):
                self.whole_file(name, path)
                return

    def whole_file(self, module: str, path: str) -> None:
        found = self.source(path)
        if found is not None and self.once("file", path):
            self.part("module " + module.rpartition(".")[2], found.outline.whole, path, 1)
