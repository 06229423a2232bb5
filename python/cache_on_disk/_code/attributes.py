"""The statements of a method that set an attribute of its object, with the local variables that they depend on."""

from __future__ import annotations

import ast
from typing import Any, Iterable, Iterator, NamedTuple, Optional, Sequence

from .canonical import Text
from .scopes import Scope, Survey, first_parameter, nodes_here
from .statements import Statement, binds, changed_by_call, first_attribute, root_name, statements

_makers = {"__init__", "__new__", "__post_init__", "__setstate__", "__attrs_post_init__"}
_changers = {"append", "extend", "insert", "add", "update", "setdefault", "pop", "remove", "clear", "sort", "reverse",
             "discard", "fill", "put", "appendleft", "extendleft", "popitem", "popleft", "resize"}  # fmt: skip


class Slice(NamedTuple):
    """The statements on which one attribute depends."""

    attribute: str
    line: int
    text: Text


def attribute_statements(method: Any, scopes: Sequence[Scope], survey: Survey) -> Iterator[Slice]:
    """For each attribute that a method sets, the statements that do so and those that they need."""
    owner = first_parameter(method)
    if not owner:
        return
    body = list(statements(method.body))
    sets = [_sets(s, owner, method.name in _makers) for s in body]
    attributes = sorted({a for found in sets for a in found})
    if not attributes:
        return
    binding: dict[str, list[int]] = {}
    for index, statement in enumerate(body):
        for name in (binds(statement) | _changed_locals(statement)) - {owner}:
            binding.setdefault(name, []).append(index)
    loads = [_loads(s) for s in body]
    defaults = _defaults(method)
    for attribute in attributes:
        starts = [i for i, found in enumerate(sets) if attribute in found]
        needed = _needed(starts, loads, binding)
        loaded = {n for i in needed for n in loads[i]}
        for renames in (True, False):
            text = Text(scopes, survey)
            text.renames = renames
            text.write([[name, default] for name, default in defaults.items() if name in loaded])
            text.method(method)
            text.write_all(tuple(body[i]) for i in needed)
            if not text.looks_at_locals:
                break
        yield Slice(attribute, getattr(body[starts[0]].nodes[0], "lineno", 0), text)


def _needed(start: list[int], loads: list[set[str]], binding: dict[str, list[int]]) -> list[int]:
    needed = set(start)
    stack = list(start)
    while stack:
        for name in loads[stack.pop()]:
            for index in binding.get(name, ()):
                if index not in needed:
                    needed.add(index)
                    stack.append(index)
    return sorted(needed)


def _loads(statement: Statement) -> set[str]:
    """The names that a statement and what it stands under use."""
    found: set[str] = set()
    stack = [n for n in (*statement.headers, *statement.nodes) if isinstance(n, ast.AST)]
    while stack:
        node = stack.pop()
        if type(node) is ast.Name:
            if type(node.ctx) is ast.Load:
                found.add(node.id)
            continue
        for value in node.__dict__.values():
            if type(value) is list:
                stack += [v for v in value if isinstance(v, ast.AST)]
            elif isinstance(value, ast.AST):
                stack.append(value)
    return found


def _changed_locals(statement: Statement) -> set[str]:
    found = set()
    for node in nodes_here(statement.nodes):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            found |= changed_by_call(node.value)
        elif isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            found.add(root_name(node))
    return found


def _sets(statement: Statement, owner: str, makes: bool) -> set[str]:
    """The attributes that a statement sets, or changes where the object is made."""
    found = set()
    nodes: Iterable[ast.AST] = nodes_here(statement.nodes)
    if statement.definition is not None:
        nodes = ast.walk(statement.definition)
    for node in nodes:
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            found.add(first_attribute(node, owner))
        elif isinstance(node, ast.Call):
            found.add(_set_by_text(node, owner))
            function = node.func
            if makes and isinstance(function, ast.Attribute) and function.attr in _changers:
                found.add(first_attribute(function.value, owner))
    return found - {""}


def _set_by_text(call: ast.Call, owner: str) -> str:
    """x of setattr(self, "x", value) and object.__setattr__(self, "x", value)."""
    function: Optional[ast.AST] = call.func
    named = isinstance(function, ast.Name) and function.id == "setattr"
    if not named and not (isinstance(function, ast.Attribute) and function.attr == "__setattr__"):
        return ""
    arguments = call.args
    if len(arguments) < 2 or not isinstance(arguments[0], ast.Name) or arguments[0].id != owner:
        return ""
    name = arguments[1]
    return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""


def _defaults(method: Any) -> dict[str, ast.AST]:
    arguments = method.args
    positional = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    found = dict(zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults))
    found.update((a.arg, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults) if d is not None)
    return found
