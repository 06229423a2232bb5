"""How constants, definitions, imports and the like are written."""

from __future__ import annotations

import ast
from typing import Any, Callable, Iterable

from .scopes import comprehensions, functions
from .text import Text, plain_name, says_nothing
from .uses import is_self

_kept_annotations = ("ClassVar", "InitVar", "KW_ONLY")


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
    self.out.append(plain_name(node.arg) + ",")


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
    if is_self(self, first.iter):
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


def _except(self: Text, node: ast.ExceptHandler) -> None:
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
    self.out.append(f"(import {plain_name(module)}")
    for alias in node.names:
        self.references.imports.add(f"{module}:{alias.name}" if isinstance(node, ast.ImportFrom) else f"{alias.name}:")
        self.out.append(f" {plain_name(alias.name)}:{self.name(alias.asname or alias.name.partition('.')[0])}")
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


handlers: dict[type, Callable[[Text, Any], None]] = {
    list: _list,
    tuple: _list,
    **dict.fromkeys((str, int, bool, bytes, float, complex, type(None)), _value),
    ast.Constant: _constant,
    ast.JoinedStr: _joined,
    ast.FormattedValue: _formatted,
    ast.arg: _argument,
    ast.ExceptHandler: _except,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Global: _outer,
    ast.Nonlocal: _outer,
    ast.AnnAssign: _annotated,
    **dict.fromkeys((*functions, ast.ClassDef), _definition),
    **dict.fromkeys(comprehensions, _comprehension),
}
for _kind in ("MatchAs", "MatchStar", "MatchMapping"):
    if hasattr(ast, _kind):
        handlers[getattr(ast, _kind)] = _pattern
if hasattr(ast, "MatchClass"):
    handlers[ast.MatchClass] = _pattern_class
