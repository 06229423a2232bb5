"""From a method to all that its value depends on: its code, and what that refers to, found in living modules and classes.

Nothing is evaluated: names are looked up in the dictionaries of modules, classes and closures (see raw.py).
"""

from __future__ import annotations

import builtins
import types
from typing import Iterable, Optional

from . import literals, raw
from .imports import module_file, resolve
from .locate import NotRunning, class_place, function_place, plain_function
from .memory import Seen
from .outline import ClassUnit, Unit
from .own import Ours
from .references import References
from .result import Part
from .sources import source

most_parts = 500
most_nodes = 400_000  # of the files that are reached: 20,000 lines and more

_data_descriptors = (types.MemberDescriptorType, types.GetSetDescriptorType)
_modules_themselves = frozenset(
    ("__name__", "__file__", "__doc__", "__spec__", "__loader__", "__package__", "__path__")
)


class TooMuch(Exception):
    """More than is looked at."""


class Follower:
    """Follows one method of one class. `directory`: of the sidecars."""

    def __init__(self, directory: Optional[str]) -> None:
        self.directory = directory
        self.ours = Ours()
        self.parts: set[Part] = set()
        self.reads: set[str] = set()
        self.seen: list[Seen] = []
        self.files: dict[str, int] = {}
        self.uses_code_objects = False
        self.attributes: set[str] = set()
        self.instances: dict[type, bool] = {}  # classes of which objects are at hand; whether they are constructed here
        self.stack: list[tuple[object, ...]] = []
        self.done: set[tuple[object, ...]] = set()
        self.kept: list[object] = []  # what `done` knows by address
        self.functions: list[types.FunctionType] = []
        self.root: Optional[type] = None

    def begin(self, function: types.FunctionType, owner: Optional[type]) -> None:
        """Follows a method of a class, or a function on its own, until nothing more is found."""
        modules = [raw.text(function.__globals__, "__name__")]
        if owner is not None:
            modules.append(raw.class_module(owner))
        self.ours = Ours(*modules)
        self.root = owner
        self.add_function(function, owner, reads=True)
        for cls in self.own_mro(owner) if owner is not None else ():
            self.class_header(cls)
        while True:
            while self.stack:
                item = self.stack.pop()
                item[0](*item[1:])  # type: ignore[operator]
            before = len(self.done)
            for cls in list(self.instances):
                for name in sorted(self.attributes):
                    self.member(cls, name, reads=False, certain=False)
            if not self.stack and len(self.done) == before:
                return

    def once(self, *key: object) -> bool:
        """Whether this is the first time; objects are known by their address."""
        plain = tuple(k if type(k) in (str, bool) else id(k) for k in key)
        if plain in self.done:
            return False
        self.done.add(plain)
        self.kept.append(key)
        return True

    def part(self, label: str, digest: str, path: str, line: int) -> None:
        self.parts.add(Part(label.replace("=", "").replace("\n", " "), digest, path, line))
        if len(self.parts) > most_parts:
            raise TooMuch

    def reached(self, path: str) -> None:
        if path and path not in self.files:
            found = source(path, self.directory)
            self.files[path] = 0 if found is None else found.outline.size
            if sum(self.files.values()) > most_nodes:
                raise TooMuch

    # -- functions -----------------------------------------------------------------------------------------------------

    def add_function(self, function: types.FunctionType, owner: Optional[type], reads: bool) -> None:
        if self.once("function", function, owner, reads):
            self.stack.append((self.follow_function, function, owner, reads))

    def follow_function(self, function: types.FunctionType, owner: Optional[type], reads: bool) -> None:
        if not self.is_own_function(function):
            self.follow_wrapped(function)
            return
        self.functions.append(function)
        self.seen.append(Seen(function, "__code__", function.__code__))
        unit, path = function_place(function, self.directory)
        self.reached(path)
        if unit.kind == "code":
            self.uses_code_objects = True
        self.part(_label(function), unit.hash, path, unit.line)
        cells = raw.closure(function)
        self.follow(unit.references, function.__globals__, owner, cells, reads, defined_in(function, owner))
        self.follow_wrapped(function)

    def follow_wrapped(self, function: types.FunctionType) -> None:
        """What a function keeps in its cells and as `__wrapped__`."""
        for name, value in raw.closure(function).items():
            if name != "__class__":
                self.follow_value(value)
                text = literals.text(value) if type(value) in (bool, int, float, complex) else None
                if text is not None and self.is_own_function(function):
                    self.part(f"{_label(function)} (closure)", literals.digest(text), "", 0)
        self.follow_value(function.__dict__.get("__wrapped__"))

    def is_own_function(self, function: types.FunctionType) -> bool:
        return self.ours.is_own(raw.text(function.__globals__, "__name__"), function.__code__.co_filename)

    def is_own_class(self, cls: type) -> bool:
        module = raw.class_module(cls)
        names = raw.loaded(module)
        return self.ours.is_own(module, raw.text(names, "__file__") or "<>") and module != "builtins"

    def follow_value(self, value: object, owner: Optional[type] = None, reads: bool = False) -> bool:
        """Follows a function, class, or what wraps one. False for anything else."""
        if type(value) is types.FunctionType:
            self.add_function(value, owner, reads)
            return True
        if raw.is_a(value, type):
            self.construct(value)  # type: ignore[arg-type]
            return True
        if raw.is_a(value, types.ModuleType):
            return False
        found = False
        if self.once("value", value, owner):
            for inner in raw.inside(value):
                found = self.follow_value(inner, owner, reads) or found
            accessors = raw.accessors(value)
            if accessors is not None:
                found = self.follow_value(accessors[0], owner, reads)
            return found
        return bool(raw.inside(value)) or raw.accessors(value) is not None

    # -- references ----------------------------------------------------------------------------------------------------

    def follow(
        self,
        references: References,
        names: dict[str, object],
        owner: Optional[type],
        cells: dict[str, object],
        reads: bool,
        after: Optional[type] = None,
    ) -> None:
        """What a unit refers to. `after`: the class in which it stands, for super()."""
        self.attributes |= references.attributes
        for path in sorted(references.names):
            root, *rest = path.split(".")
            if root in cells:
                self.follow_cell(cells[root], rest, reads)
            else:
                self.follow_name(names, root, rest)
        for path in sorted(references.imports):
            self.follow_import(path, names)
        if owner is None:
            return
        for path in sorted(references.selfs):
            self.follow_self(owner, path, reads)
        if reads and owner is self.root:
            self.reads |= references.reads
        for name in sorted(references.supers):
            self.member(owner, name, reads, after=after)

    def follow_cell(self, value: object, rest: list[str], reads: bool) -> None:
        if self.follow_value(value):
            return
        cls = type(value)
        if rest and self.is_own_class(cls):
            self.member(cls, rest[0], reads)

    def follow_name(self, names: dict[str, object], root: str, rest: list[str]) -> None:
        """A chain that begins with a global name."""
        if not self.once("name", names, ".".join([root, *rest])):
            return
        if root not in names:
            if root not in vars(builtins):
                self.constant(names, root)
            return
        value = names[root]
        self.seen.append(Seen(names, root, value))
        if raw.is_a(value, types.ModuleType):
            self.follow_module(names, root, value, rest)
        elif raw.is_a(value, type):
            self.follow_class_chain(names, root, value, rest)  # type: ignore[arg-type]
        elif self.follow_value(value):
            self.bound_otherwise(names, root)
        else:
            self.constant(names, root)

    def follow_module(self, names: dict[str, object], root: str, module: object, rest: list[str]) -> None:
        inside = raw.module_names(module)
        name, path = raw.text(inside, "__name__"), raw.text(inside, "__file__")
        own = self.ours.is_own(name, path or ("<>" if "__path__" in inside else ""))
        if not own:
            self.constant(names, root)
        elif rest and rest[0] not in _modules_themselves:
            self.follow_name(inside, rest[0], rest[1:])  # type: ignore[arg-type]
        elif not rest and path:
            self.whole_file(name, path)

    def follow_class_chain(self, names: dict[str, object], root: str, cls: type, rest: list[str]) -> None:
        if not self.is_own_class(cls):
            self.constant(names, root)
            return
        if rest and self.has_member(cls, rest[0]):
            self.member(cls, rest[0], reads=False)
            self.instances.setdefault(cls, False)
        else:
            self.construct(cls)
        self.bound_otherwise(names, root)

    def bound_otherwise(self, names: dict[str, object], name: str) -> None:
        """`f = make(3)`: the statement counts besides the function."""
        self.constant(names, name, definitions=False)

    # -- constants -----------------------------------------------------------------------------------------------------

    def constant(self, names: dict[str, object], name: str, definitions: bool = True) -> None:
        """What a module's statements say of a name; of a literal its value."""
        if not self.once("constant", names, name, definitions):
            return
        module, path = raw.text(names, "__name__"), raw.text(names, "__file__")
        if not path and module != "__main__":
            path = next((f.__code__.co_filename for f in names.values() if type(f) is types.FunctionType
                         and f.__globals__ is names), "")  # fmt: skip
        if path:
            found = source(path, self.directory)
            outline = None if found is None else found.outline
            units = [] if outline is None else outline.names.get(name, [])
        else:
            from .notebooks import binding

            found, units = binding(name, self.directory)
            outline = None if found is None else found.outline
            path = "" if found is None else found.path
        self.reached(path)
        value = names.get(name)
        if found is None or outline is None:
            text = literals.text(value)
            if text is not None and definitions:
                self.part(name, literals.digest(text), "", 0)
            return
        imports = sorted({u.detail for u in units if u.kind == "import"})
        others = [u for u in units if u.kind in ("literal", "statement")]
        if imports:
            self.imported(names, name, imports, path, units[0].line, definitions)
        if len(others) == 1 and others[0].kind == "literal" and not imports:
            if definitions:
                self.literal(name, value, others[0], outline.declared, path)
            return
        if others:
            from .running import module_runs

            if not module_runs(module, found):
                text = literals.text(value)
                if text is None:
                    raise NotRunning(path)
                self.part(name, literals.digest(text), path, others[0].line)
                return
        if not units and definitions and outline.stars:
            self.part(f"import {name}", literals.digest("from " + ",".join(outline.stars)), path, 0)
        for unit in others:
            self.part(name, unit.hash, path, unit.line)
            self.follow(unit.references, names, None, {}, False)

    def literal(self, name: str, value: object, unit: Unit, declared: list[str], path: str) -> None:
        """The value that lives wins over the literal, if it is of its type and nothing in the file changes it."""
        live = literals.text(value) if name not in declared else None
        text = live if _same_type(live, unit.detail) else unit.detail
        self.part(name, literals.digest(str(text)), path, unit.line)

    def imported(
        self, names: dict[str, object], name: str, origins: list[str], path: str, line: int, definitions: bool
    ) -> None:
        """A name that came by an import: of own code the constant itself counts, of foreign code where it is from."""
        package = raw.text(names, "__package__")
        foreign = []
        for origin in origins:
            module, inner = resolve(origin, package)
            there = raw.loaded(module)
            if inner and inner in there and self.ours.is_own(module, raw.text(there, "__file__")):
                self.constant(there, inner, definitions)  # type: ignore[arg-type]
            else:
                foreign.append(f"{module}:{inner}")
        if foreign and definitions:
            self.part(f"import {name}", literals.digest(",".join(foreign)), path, line)

    def follow_import(self, origin: str, names: dict[str, object]) -> None:
        """An import inside a function: the whole text of the file, which is not imported for it."""
        module, inner = resolve(origin, raw.text(names, "__package__"))
        if inner and inner != "*":
            path = module_file(f"{module}.{inner}")
            if path and self.ours.is_own(module, path):
                self.whole_file(f"{module}.{inner}", path)
                return
        path = module_file(module)
        if path and self.ours.is_own(module, path):
            self.whole_file(module, path)

    def whole_file(self, module: str, path: str) -> None:
        found = source(path, self.directory)
        if found is not None and self.once("file", path):
            self.reached(path)
            self.part("module " + module.rpartition(".")[2], found.outline.whole, path, 1)

    # -- classes -------------------------------------------------------------------------------------------------------

    def own_mro(self, cls: type) -> Iterable[type]:
        return [c for c in raw.mro(cls) if self.is_own_class(c)]

    def place(self, cls: type) -> Optional[tuple[ClassUnit, str]]:
        found = class_place(cls, self.directory)
        if found is not None:
            self.reached(found[1])
        return found

    def follow_self(self, owner: type, path: str, reads: bool) -> None:
        if path == "()":
            self.construct(owner)
        elif path == "*":
            self.instances.setdefault(owner, False)
        elif path == "[]":
            self.dunders(owner, made=False)
        elif path.endswith("="):
            self.setter(owner, path[:-1])
        else:
            first, *rest = path.split(".")
            self.member(owner, first, reads, rest=rest)

    def has_member(self, cls: type, name: str) -> bool:
        if any(name in raw.class_names(c) for c in raw.mro(cls)):
            return True
        return any(place is not None and name in place[0].names for place in map(self.place, self.own_mro(cls)))

    def member(
        self,
        cls: type,
        name: str,
        reads: bool,
        after: Optional[type] = None,
        rest: Iterable[str] = (),
        certain: bool = True,
    ) -> None:
        """An attribute of an object, as far as its class and the code of its class say."""
        classes = raw.mro(cls)
        if after is not None and any(c is after for c in classes):
            index = next(i for i, c in enumerate(classes) if c is after)
            classes = classes[index + 1 :]
        if not self.once("member", cls, name, reads, after, certain):
            return
        for here in classes:
            own = self.is_own_class(here)
            names = raw.class_names(here)
            if name in names:
                value = names[name]
                self.seen.append(Seen(here, name, value))
                if type(value) in _data_descriptors:
                    break
                if not own:
                    return
                if raw.is_a(value, type) or not self.is_generated(value, here, name):
                    if self.follow_value(value, cls, reads):
                        self.class_statement(here, name, cls)
                        return
                self.class_statement(here, name, cls)
                self.set_in_methods(cls, name)
                return
            if own and self.class_statement(here, name, cls):
                self.set_in_methods(cls, name)
                return
        self.set_in_methods(cls, name)
        if certain and name != "__getattr__" and not (name.startswith("__") and name.endswith("__")):
            self.member(cls, "__getattr__", reads=False)

    def class_statement(self, cls: type, name: str, owner: type) -> bool:
        """The statements of the class's body that bind a name."""
        place = self.place(cls)
        units = [] if place is None else [u for u in place[0].names.get(name, []) if u.kind in ("literal", "statement")]
        live = literals.text(raw.class_names(cls).get(name)) if len(units) == 1 else None
        for unit in units:
            if place is not None and unit.kind == "literal" and _same_type(live, unit.detail):
                self.part(f"{raw.qualname(cls)}.{name}", literals.digest(str(live)), place[1], unit.line)
            elif place is not None:
                self.part(f"{raw.qualname(cls)}.{name}", unit.hash, place[1], unit.line)
                self.follow(unit.references, raw.loaded(raw.class_module(cls)), owner, {}, False)  # type: ignore[arg-type]
        return bool(units)

    def set_in_methods(self, cls: type, name: str) -> None:
        """The statements of the class's methods that set an attribute."""
        for here in self.own_mro(cls):
            place = self.place(here)
            for unit in [] if place is None else place[0].attributes.get(name, []):
                if place is not None:
                    self.part(f"{raw.qualname(here)}.{name}", unit.hash, place[1], unit.line)
                    names = raw.loaded(raw.class_module(here))
                    self.follow(unit.references, names, cls, {}, False, here)  # type: ignore[arg-type]

    def setter(self, cls: type, name: str) -> None:
        for here in raw.mro(cls):
            value = raw.class_names(here).get(name)
            accessors = raw.accessors(value)
            if accessors is not None and self.is_own_class(here):
                self.follow_value(accessors[1], cls)
            if value is not None:
                return

    def construct(self, cls: type) -> None:
        """Objects of a class are made: its header, body and dunders count, and methods whose names occur."""
        if not self.is_own_class(cls) or not self.once("construct", cls):
            return
        self.instances[cls] = True
        for here in self.own_mro(cls):
            place = self.place(here)
            if place is None:
                continue
            unit, path = place
            self.class_header(here)
            names = raw.loaded(raw.class_module(here))
            for one in (unit.bases, unit.body):
                self.part("class " + raw.qualname(here), one.hash, path, unit.line)
                self.follow(one.references, names, cls, {}, False)  # type: ignore[arg-type]
        self.dunders(cls, made=True)
        for name in ("__call__", "__new__", "__prepare__"):
            for meta in raw.mro(type(cls)):
                if name in raw.class_names(meta) and self.is_own_class(meta):
                    self.follow_value(raw.class_names(meta)[name], meta)
                    break

    def class_header(self, cls: type) -> None:
        """The text of decorators and keywords of a class; they are not followed."""
        place = self.place(cls)
        if place is not None and place[0].header.kind:
            self.part("class " + raw.qualname(cls), place[0].header.hash, place[1], place[0].line)

    def dunders(self, cls: type, made: bool) -> None:
        names = {n for c in self.own_mro(cls) for n in raw.class_names(c) if n.startswith("__") and n.endswith("__")}
        if not made:
            names -= {"__init__", "__new__", "__post_init__", "__init_subclass__", "__del__", "__set_name__"}
        for name in sorted(names):
            here = next(c for c in raw.mro(cls) if name in raw.class_names(c))
            value = raw.class_names(here)[name]
            if self.is_own_class(here) and not raw.is_a(value, type) and not self.is_generated(value, here, name):
                self.follow_value(value, cls)

    def is_generated(self, value: object, cls: type, name: str) -> bool:
        """A method that a decorator or metaclass has made from the class, whose text says it all."""
        place = self.place(cls)
        if place is None or name in place[0].names:
            return False
        function = plain_function(value)
        return function is None or not self.is_own_function(function) or _has_no_file(function, place[1])


def _label(function: types.FunctionType) -> str:
    """The names of functions within functions are local names."""
    return function.__qualname__.partition(".<locals>")[0]


def _same_type(live: Optional[str], literal: str) -> bool:
    """Whether a plain value that lives may stand for a literal: scalars of one type."""
    kind = literal.partition(":")[0]
    return (
        live is not None
        and live.partition(":")[0] == kind
        and kind not in ("tuple", "list", "set", "frozenset", "dict")
    )


def _has_no_file(function: types.FunctionType, path: str) -> bool:
    """Whether a function of a class that stands in a file has been made from text."""
    return function.__code__.co_filename.startswith("<") and not path.startswith("<")


def defined_in(function: types.FunctionType, owner: Optional[type]) -> Optional[type]:
    """The class in whose body a method stands, for super()."""
    value = raw.closure(function).get("__class__")
    if raw.is_a(value, type):
        return value  # type: ignore[return-value]
    for cls in raw.mro(owner) if owner is not None else ():
        if raw.qualname(cls) == function.__qualname__.rpartition(".")[0]:
            return cls
    return None
