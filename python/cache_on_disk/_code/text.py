"""The text that is written of a piece of code, and the names in it. What is written of each kind of node: nodes.py, uses.py."""

from __future__ import annotations

import ast
from typing import Any, Callable, Iterable, Optional, Sequence

from .hashes import blake2b
from .references import References
from .scopes import Scope, Survey, first_parameter

_left_out = {"ctx", "annotation", "returns", "type_params", "type_comment", "type_ignores", "kind", "simple"}
handlers: dict[type, Callable[[Text, Any], None]] = {}  # by type of node; others are written as they are
_fields: dict[type, tuple[str, ...]] = {}


def fields(kind: type) -> tuple[str, ...]:
    found = _fields.get(kind)
    if found is None:
        found = _fields[kind] = tuple(f for f in getattr(kind, "_fields", ()) if f not in _left_out)
    return found


def says_nothing(statement: object) -> bool:
    """Docstrings, `pass`, `...`, aliases of types."""
    kind = type(statement)
    if kind is ast.Expr:
        return type(statement.value) is ast.Constant  # type: ignore[attr-defined]
    return kind is ast.Pass or kind.__name__ == "TypeAlias"


def says_all_nothing(statements: list[Any]) -> bool:
    return not statements or (says_nothing(statements[0]) and all(map(says_nothing, statements)))


class Text:
    """Writes nodes as text and collects what they refer to.

    Parameters
    ----------
    scopes : sequence of Scope
        Those around the code.
    survey : Survey
        Of the tree.
    """

    def __init__(self, scopes: Sequence[Scope], survey: Survey) -> None:
        self.out: list[str] = []
        self.references = References()
        self.scopes = list(scopes)
        self.survey = survey
        self.ours = survey.ours
        self.self_scope: Optional[Scope] = None  # of the function whose first parameter is the object
        self.self_name = ""
        self.renames = True
        self.checking = False
        self.numbers: dict[tuple[Scope, str], int] = {}
        self.looks_at_locals = False

    def digest(self) -> str:
        return blake2b("".join(self.out).encode("ascii"), digest_size=8).hexdigest()

    def method(self, function: ast.AST) -> Scope:
        """Enters the scope of a function, whose first parameter may be the object."""
        scope = self.survey.scopes[id(function)]
        self.self_scope, self.self_name = scope, first_parameter(function)
        self.scopes.append(scope)
        return scope

    # -- names ---------------------------------------------------------------------------------------------------------

    def where(self, name: str) -> Optional[Scope]:
        """The scope a name belongs to; None: global, or of the builtins."""
        innermost = True
        for scope in reversed(self.scopes):
            if innermost or scope.kind != "class":
                if name in scope.local or name in scope.kept:
                    return scope
            if scope.kind != "comprehension":
                innermost = False
        return None

    def name(self, name: str) -> str:
        """How a name is written."""
        scope = self.where(name)
        if scope is None or not self.renames or name not in scope.local:
            return name if name.isascii() else ascii(name)
        return "$%d" % self.numbers.setdefault((scope, name), len(self.numbers))

    def refer(self, root: str, attributes: list[str], *, stores: bool = False, called: bool = False) -> None:
        """Notes that code uses `root.a.b`."""
        found = self.references
        scope = self.where(root)
        if scope is None or scope.kind == "class":
            path = ".".join((root, *attributes))
            (found.checks if self.checking else found.names).add(path)
            if scope is not None:
                found.selfs.add(path)
        elif scope is self.self_scope and root == self.self_name:
            self.refer_self(attributes, stores=stores, called=called)

    def refer_self(self, attributes: list[str], *, stores: bool = False, called: bool = False) -> None:
        found = self.references
        if attributes[:1] == ["__class__"]:
            attributes = attributes[1:]
        if not attributes:
            found.selfs.add("()" if called else "*")
        elif stores and len(attributes) == 1:
            found.selfs.add(attributes[0] + "=")
        else:
            found.selfs.add(".".join(attributes))
            read = attributes[:-1] if called else attributes
            if read and not stores:
                found.reads.add(".".join(read))

    # -- writing -------------------------------------------------------------------------------------------------------

    def write(self, node: Any) -> None:
        """Writes a node, a list of nodes or a plain value."""
        handler = handlers.get(type(node))
        if handler is not None:
            handler(self, node)
        else:
            self.plain(node)

    def write_all(self, texts: Iterable[Any]) -> None:
        """Writes what is a whole by itself."""
        for text in texts:
            self.out.append("{")
            self.write(text)
            self.out.append("}")

    def plain(self, node: ast.AST, without: Iterable[str] = ()) -> None:
        out = self.out
        kind = type(node)
        out.append("(" + kind.__name__)
        for field in _fields.get(kind) or fields(kind):
            value = getattr(node, field, None)
            if value is None or field in without or (type(value) is list and says_all_nothing(value)):
                continue
            out.append(" " + field + "=")
            handler = handlers.get(type(value))
            if handler is not None:
                handler(self, value)
            else:
                self.plain(value)
        out.append(")")

    def within(self, scope: Scope, *values: Any) -> None:
        self.scopes.append(scope)
        for value in values:
            self.write(value)
        self.scopes.pop()


def plain_name(name: str) -> str:
    return name if name.isascii() else ascii(name)
