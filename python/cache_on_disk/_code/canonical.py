"""The text of a piece of code that is hashed: what it does, without how it is written; and what it refers to.

Node types and fields in order, without positions, contexts, annotations, type parameters and empty fields. The text is the same for
all versions of Python, so nothing is taken from `repr` or `ast.dump`.
"""

from __future__ import annotations

import ast
from typing import Any, Callable, Iterable, Optional, Sequence

from .hashes import blake2b
from .references import References
from .scopes import Scope, Survey, comprehensions, first_parameter, functions

_left_out = {"ctx", "annotation", "returns", "type_params", "type_comment", "type_ignores", "kind", "simple"}
_fields: dict[type, tuple[str, ...]] = {}
_by_name = {"locals", "eval", "exec", "vars", "dir"}  # what they see are the names of local variables
_asks_only = {"isinstance": 1, "issubclass": 1}
_keeps_nothing = {"print", "len", "repr", "str", "id", "type", "isinstance", "hasattr", "getattr", "setattr", "delattr", "super",
                  "vars", "iter", "issubclass", "hash", "callable", "bool", "next", "list", "tuple", "sorted", "sum"}  # fmt: skip
_uses_operators = {"len", "iter", "bool", "next", "list", "tuple", "sorted", "sum", "str", "repr", "hash"}
_kept_annotations = ("ClassVar", "InitVar", "KW_ONLY")


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


def chain(node: ast.AST) -> tuple[ast.AST, list[str]]:
    """The root and the attributes of `root.a.b`."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return node, attributes[::-1]


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
        handler = _handlers.get(type(node))
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
            handler = _handlers.get(type(value))
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


def _list(self: Text, nodes: Any) -> None:
    self.out.append("[")
    for node in nodes:
        if not says_nothing(node):
            self.write(node)
    self.out.append("]")


def _value(self: Text, value: object) -> None:
    self.out.append(f"{type(value).__name__}:{ascii(value)},")


def _constant(self: Text, node: ast.Constant) -> None:
    self.out.append(f"{type(node.value).__name__}:{ascii(node.value)},")


def _joined(self: Text, node: ast.JoinedStr) -> None:
    pieces: list[Any] = []
    _flatten(node, pieces)
    if all(isinstance(p, str) for p in pieces):
        self.out.append(f"str:{ascii(''.join(pieces))},")
        return
    self.out.append("(JoinedStr ")
    for piece in pieces:
        self.write(piece)
    self.out.append(")")


def _flatten(node: ast.AST, pieces: list[Any]) -> None:
    for value in getattr(node, "values", ()):
        if isinstance(value, ast.JoinedStr):
            _flatten(value, pieces)
        elif isinstance(value, ast.Constant) and isinstance(value.value, str):
            if pieces and isinstance(pieces[-1], str):
                pieces[-1] += value.value
            elif value.value:
                pieces.append(value.value)
        else:
            pieces.append(value)


def _formatted(self: Text, node: ast.FormattedValue) -> None:
    self.out.append(f"(Formatted {node.conversion} ")
    self.write(node.value)
    if node.format_spec is not None:
        pieces: list[Any] = []
        _flatten(node.format_spec, pieces)
        if pieces:
            self.write(pieces)
    self.out.append(")")


def _name(self: Text, node: ast.Name) -> None:
    self.out.append(self.name(node.id) + ",")
    if node.id in _by_name:
        self.looks_at_locals = True
    if node.id == self.self_name and self.where(node.id) is self.self_scope:
        self.references.selfs.add("*")
    else:
        self.refer(node.id, [])


def _attribute(self: Text, node: ast.Attribute, called: bool = False) -> None:
    root, attributes = chain(node)
    stores = not isinstance(node.ctx, ast.Load)
    if not (stores and _is_self(self, node.value)):
        self.references.attributes.update(attributes)
    if isinstance(root, ast.Name):
        self.refer(root.id, attributes, stores=stores, called=called)
        self.out.append("(." + ".".join((self.name(root.id), *map(_ascii, attributes))) + ")")
        return
    if isinstance(root, ast.Call) and isinstance(root.func, ast.Name):
        if root.func.id == "super" and self.where("super") is None:
            self.references.supers.add(attributes[0])
        elif root.func.id == "type" and len(root.args) == 1 and _is_self(self, root.args[0]):
            self.refer_self(attributes, stores=stores, called=called)
    self.out.append("(." + ".".join(("", *map(_ascii, attributes))))
    self.write(root)
    self.out.append(")")


def _ascii(name: str) -> str:
    return name if name.isascii() else ascii(name)


def _is_self(self: Text, node: object) -> bool:
    return isinstance(node, ast.Name) and node.id == self.self_name and self.where(node.id) is self.self_scope


def _call(self: Text, node: ast.Call) -> None:
    function = node.func
    builtin = function.id if isinstance(function, ast.Name) and self.where(function.id) is None else ""
    self.out.append("(Call ")
    if isinstance(function, ast.Attribute):
        _attribute(self, function, called=True)
    elif _is_self(self, function):
        self.out.append("self,")
        self.references.selfs.update(("()", "[]"))
    else:
        self.write(function)
    if isinstance(function, ast.Call) and isinstance(function.func, ast.Name) and function.func.id == "type":
        if len(function.args) == 1 and _is_self(self, function.args[0]):
            self.references.selfs.add("()")
    if builtin in ("getattr", "setattr", "hasattr", "delattr") and len(node.args) > 1:
        _by_text(self, node.args[0], node.args[1], builtin == "setattr")
    for index, argument in enumerate(node.args):
        if builtin in _keeps_nothing and _is_self(self, argument):
            self.out.append(_ascii(self.self_name) + ",")
            if builtin in _uses_operators:
                self.references.selfs.add("[]")
            continue
        before, self.checking = self.checking, self.checking or _asks_only.get(builtin) == index
        self.write(argument)
        self.checking = before
    for keyword in node.keywords:
        self.write(keyword)
    self.out.append(")")


def _by_text(self: Text, target: ast.AST, name: ast.AST, stores: bool) -> None:
    """getattr(x, "name") is x.name."""
    root, attributes = chain(target)
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        self.references.attributes.add(name.value)
        if isinstance(root, ast.Name) and name.value.isidentifier():
            self.refer(root.id, [*attributes, name.value], stores=stores)


def _operator(self: Text, node: ast.AST) -> None:
    for child in ast.iter_child_nodes(node):
        if _is_self(self, child):
            self.references.selfs.add("[]")
    self.plain(node)


def _definition(self: Text, node: Any) -> None:
    """A function or class within the code."""
    self.out.append("(" + type(node).__name__ + " ")
    if not isinstance(node, ast.Lambda):
        self.out.append(self.name(node.name) + ",")
        self.write([d for d in node.decorator_list if not is_ours(d, self.ours)])
    if isinstance(node, ast.ClassDef):
        self.write(node.bases)
        self.write(node.keywords)
        self.within(self.survey.scopes[id(node)], node.body)
    else:
        self.plain(node.args)
        self.within(self.survey.scopes[id(node)], node.body)
    self.out.append(")")


def _argument(self: Text, node: ast.arg) -> None:
    self.out.append(_ascii(node.arg) + ",")


def is_ours(decorator: ast.AST, ours: Iterable[str]) -> bool:
    """Whether a decorator is cache_on_disk, with or without options."""
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    if isinstance(decorator, ast.Attribute):
        return decorator.attr == "cache_on_disk"
    return isinstance(decorator, ast.Name) and decorator.id in ours


def _comprehension(self: Text, node: Any) -> None:
    self.out.append("(" + type(node).__name__ + " ")
    first = node.generators[0]
    if _is_self(self, first.iter):
        self.references.selfs.add("[]")
    self.write(first.iter)  # evaluated outside
    scope = self.survey.scopes[id(node)]
    values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    self.scopes.append(scope)
    for value in values:
        self.write(value)
    for generator in node.generators:
        self.write(generator.target)
        if generator is not first:
            self.write(generator.iter)
        self.write(generator.ifs)
        self.write(generator.is_async)
    self.scopes.pop()
    self.out.append(")")


def _handler(self: Text, node: ast.ExceptHandler) -> None:
    self.out.append("(except ")
    if node.type is not None:
        before, self.checking = self.checking, True
        self.write(node.type)
        self.checking = before
    if node.name:
        self.out.append(self.name(node.name) + ",")
    self.write(node.body)
    self.out.append(")")


def _import(self: Text, node: Any) -> None:
    module = "." * (getattr(node, "level", 0) or 0) + (getattr(node, "module", None) or "")
    self.out.append(f"(import {_ascii(module)}")
    for alias in node.names:
        self.references.imports.add(f"{module}:{alias.name}" if isinstance(node, ast.ImportFrom) else f"{alias.name}:")
        self.out.append(f" {_ascii(alias.name)}:{self.name(alias.asname or alias.name.partition('.')[0])}")
    self.out.append(")")


def _outer(self: Text, node: Any) -> None:
    if isinstance(node, ast.Global):
        self.references.globals.update(node.names)
    self.out.append(f"({type(node).__name__} {','.join(sorted(self.name(n) for n in node.names))})")


def _annotated(self: Text, node: ast.AnnAssign) -> None:
    """An annotated assignment is an assignment; without a value it counts as a field of a class, only."""
    if node.value is not None:
        self.out.append("(Assign targets=[")
        self.write(node.target)
        self.out.append("] value=")
        self.write(node.value)
        if self.scopes and self.scopes[-1].kind == "class":
            self.out.append(_kept_annotation(node.annotation))
        self.out.append(")")
    elif self.scopes and self.scopes[-1].kind == "class":
        self.out.append("(field ")
        self.write(node.target)
        self.out.append(_kept_annotation(node.annotation) + ")")


def _kept_annotation(annotation: ast.AST) -> str:
    """What of an annotation changes what a dataclass makes of it."""
    if isinstance(annotation, ast.Constant):
        return next((word for word in _kept_annotations if word in str(annotation.value)), "")
    words = {n.id if isinstance(n, ast.Name) else getattr(n, "attr", "") for n in ast.walk(annotation)}
    return next((word for word in _kept_annotations if word in words), "")


def _pattern(self: Text, node: Any) -> None:
    name = getattr(node, "name", None) or getattr(node, "rest", None)
    if name:
        self.out.append(self.name(name) + ",")
    self.plain(node, without=("name", "rest"))


def _pattern_class(self: Text, node: Any) -> None:
    self.out.append("(MatchClass ")
    before, self.checking = self.checking, True
    self.write(node.cls)
    self.checking = before
    self.plain(node, without=("cls",))
    self.out.append(")")


_handlers: dict[type, Callable[[Text, Any], None]] = {
    list: _list,
    tuple: _list,
    **dict.fromkeys((str, int, bool, bytes, float, complex, type(None)), _value),
    ast.Constant: _constant,
    ast.JoinedStr: _joined,
    ast.FormattedValue: _formatted,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.arg: _argument,
    ast.ExceptHandler: _handler,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Global: _outer,
    ast.Nonlocal: _outer,
    ast.AnnAssign: _annotated,
    **dict.fromkeys((*functions, ast.ClassDef), _definition),
    **dict.fromkeys(comprehensions, _comprehension),
    **dict.fromkeys(
        (ast.Subscript, ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.For, ast.withitem, ast.If, ast.AugAssign),
        _operator,
    ),
}
for _kind in ("MatchAs", "MatchStar", "MatchMapping"):
    if hasattr(ast, _kind):
        _handlers[getattr(ast, _kind)] = _pattern
if hasattr(ast, "MatchClass"):
    _handlers[ast.MatchClass] = _pattern_class
