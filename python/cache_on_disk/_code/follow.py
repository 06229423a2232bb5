"""From a method to all that its value depends on: its code, and what that refers to, found in living modules and classes.

Nothing is evaluated: names are looked up in the dictionaries of modules, classes and closures (see raw.py).
"""

from __future__ import annotations

import builtins
import types
from typing import Any, Optional

from . import literals, raw
from .locate import function_place
from .members import Members
from .own import Ours
from .references import References

_of_every_module = frozenset(("__name__", "__file__", "__doc__", "__spec__", "__loader__", "__package__", "__path__"))


class Follower(Members):
    """Follows one method of one class."""

    stack: list[tuple[types.FunctionType, Optional[type], bool]]

    def begin(self, function: types.FunctionType, owner: Optional[type]) -> None:
        """Follows a method of a class, or a function on its own, until nothing more is found."""
        modules = [raw.text(function.__globals__, "__name__")]
        if owner is not None:
            modules.append(raw.class_module(owner))
        self.ours = Ours(*modules)
        self.root = owner
        self.stack = []
        self.add_function(function, owner, reads=True)
        for cls in self.view(owner).own if owner is not None else ():
            self.class_header(cls)
        looked_for: list[tuple[int, int]] = []
        while True:
            while self.stack:
                self.follow_function(*self.stack.pop())
            state = (len(self.attributes), len(self.instances))
            if looked_for == [state]:
                return
            looked_for = [state]
            for view in list(self.instances):
                for name in sorted(view.known & self.attributes):
                    self.member(view.cls, name, reads=False, certain=False)

    def add_function(self, function: types.FunctionType, owner: Optional[type], reads: bool) -> None:
        if self.once("function", function, owner, reads):
            self.stack.append((function, owner, reads))

    def follow_function(self, function: types.FunctionType, owner: Optional[type], reads: bool) -> None:
        own = self.is_own_function(function)
        cells = raw.closure(function)
        if own:
            self.functions.append(function)
            unit, path = function_place(function, self.source)
            self.uses_code_objects |= unit.kind == "code"
            self.part(_label(function), unit.hash, path, unit.line)
            after = _defined_in(function, owner)
            self.follow(unit.references, function.__globals__, owner, cells, reads, after)
        for name, value in cells.items():
            if name != "__class__":
                method = type(value) is types.FunctionType and _defined_in(value, owner) is not None
                self.follow_value(value, owner if method else None, reads and method)
                number = type(value) is int or type(value) is float or type(value) is bool or type(value) is complex
                if number and own:
                    text = literals.text(value)
                    self.part(f"{_label(function)} (closure)", literals.digest(str(text)), "", 0)
        self.follow_value(function.__dict__.get("__wrapped__"), owner, reads)

    def follow_value(self, value: object, owner: Optional[type] = None, reads: bool = False) -> bool:
        """Follows a function, class, or what wraps one. False for anything else."""
        if type(value) is types.FunctionType:
            self.add_function(value, owner, reads)
            return True
        if raw.is_a(value, type):
            self.construct(value)  # type: ignore[arg-type]
            return True
        if value is None or raw.is_a(value, types.ModuleType):
            return False
        accessors = raw.accessors(value)
        inner = [accessors[0]] if accessors is not None else raw.inside(value)
        if not self.once("value", value, owner, reads):
            return bool(inner)
        return any([self.follow_value(one, owner, reads) for one in inner])  # noqa: C419 (all of them)

    def follow(
        self,
        references: References,
        names: Any,
        owner: Optional[type] = None,
        cells: Optional[dict[str, object]] = None,
        reads: bool = False,
        after: Optional[type] = None,
    ) -> None:
        """What a unit refers to. `after`: the class in which it stands, for super()."""
        self.attributes |= references.attributes
        for path in sorted(references.names):
            root, *rest = path.split(".")
            if cells and root in cells:
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

    def follow_self(self, owner: type, path: str, reads: bool) -> None:
        if path == "()":
            self.construct(owner)
        elif path == "*":
            self.has_instances(owner)
        elif path == "[]":
            self.dunders(owner, made=False)
        elif path.endswith("="):
            self.setter(owner, path[:-1])
        else:
            self.member(owner, path.partition(".")[0], reads)

    def follow_cell(self, value: object, rest: list[str], reads: bool) -> None:
        """A name that a function around binds."""
        if not self.follow_value(value) and rest and self.is_own_class(type(value)):
            self.member(type(value), rest[0], reads)

    def follow_name(self, names: Any, root: str, rest: list[str]) -> None:
        """A chain that begins with a global name."""
        if not self.once("name", names, ".".join([root, *rest])):
            return
        if root not in names:
            if root not in vars(builtins):
                self.constant(names, root)
            return
        value = names[root]
        self.saw(names, root, value)
        if raw.is_a(value, types.ModuleType):
            self.follow_module(names, root, value, rest)
        elif raw.is_a(value, type):
            self.follow_class_chain(names, root, value, rest)
        else:
            self.constant(names, root, definitions=not self.follow_value(value))

    def follow_module(self, names: Any, root: str, module: object, rest: list[str]) -> None:
        inside = raw.module_names(module)
        name, path = raw.text(inside, "__name__"), raw.text(inside, "__file__")
        if not self.ours.is_own(name, path or ("<>" if "__path__" in inside else "")):
            self.constant(names, root)
        elif rest and rest[0] not in _of_every_module:
            self.follow_name(inside, rest[0], rest[1:])
        elif not rest and path:
            self.whole_file(name, path)

    def follow_class_chain(self, names: Any, root: str, cls: Any, rest: list[str]) -> None:
        if not self.is_own_class(cls):
            self.constant(names, root)
            return
        if rest and self.has_member(cls, rest[0]):
            self.member(cls, rest[0], reads=False)
            self.has_instances(cls)
        else:
            self.construct(cls)
        self.constant(names, root, definitions=False)


def _label(function: types.FunctionType) -> str:
    """The qualname; the names of functions within functions are local names."""
    return raw.exact(function.__qualname__).partition(".<locals>")[0]


def _defined_in(function: types.FunctionType, owner: Optional[type]) -> Optional[type]:
    """The class in whose body a method stands."""
    value: Any = raw.closure(function).get("__class__")
    if raw.is_a(value, type):
        return value  # type: ignore[no-any-return]
    outer = raw.exact(function.__qualname__).rpartition(".")[0]
    return next((c for c in raw.mro(owner) if raw.qualname(c) == outer), None) if owner is not None else None
