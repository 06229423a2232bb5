"""The simple statements of a block with the conditions under which they run, and the names that they bind or change."""

from __future__ import annotations

import ast
from typing import Any, Iterable, Iterator, NamedTuple

from .scopes import bound, definitions, nodes_here

_changes_nothing = {"print", "len", "repr", "str", "id", "type", "isinstance", "hasattr", "getattr", "help"}


class Statement(NamedTuple):
    """A statement that holds no others, except definitions."""

    headers: tuple[
        Any, ...
    ]  # what stands at the heads of the blocks around it: nodes, and texts that tell branches apart
    nodes: tuple[Any, ...]  # the statement, or the head of a block that binds names itself

    @property
    def definition(self) -> Any:
        return self.nodes[0] if isinstance(self.nodes[0], definitions) else None


def statements(body: Iterable[ast.AST], headers: tuple[Any, ...] = ()) -> Iterator[Statement]:
    """All of a block, in order."""
    for node in body:
        if isinstance(node, ast.If):
            yield from statements(node.body, (*headers, "if", node.test))
            yield from statements(node.orelse, (*headers, "else", node.test))
        elif isinstance(node, ast.While):
            yield from statements([*node.body, *node.orelse], (*headers, "while", node.test))
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            yield Statement((*headers, "for"), (node.target, node.iter))
            yield from statements([*node.body, *node.orelse], (*headers, "for", node.target, node.iter))
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            yield Statement((*headers, "with"), tuple(node.items))
            yield from statements(node.body, (*headers, "with", *node.items))
        elif type(node).__name__ in ("Try", "TryStar"):
            block: Any = node
            yield from statements([*block.body, *block.orelse, *block.finalbody], headers)
            for handler in block.handlers:
                yield from statements(handler.body, (*headers, "except"))
        else:
            yield Statement(headers, (node,))


def binds(statement: Statement) -> set[str]:
    """The names that a statement binds."""
    definition = statement.definition
    if definition is not None:
        return {definition.name}
    return bound(statement.nodes)


def changes(statement: Statement) -> set[str]:
    """The names whose objects a statement changes: `x.a = 1`, `x[0] = 1`, `x.append(1)`, `fill(x)`, `@x.register`."""
    names: set[str] = set()
    definition = statement.definition
    if definition is not None:
        for decorator in definition.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            if isinstance(target, ast.Attribute):
                names.add(root_name(target))
        return names - {""}
    for node in nodes_here(statement.nodes):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            names.add(root_name(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            names |= changed_by_call(node.value)
    return names - {""}


def changed_by_call(call: ast.Call) -> set[str]:
    """The names whose objects a call that is a statement of its own may change."""
    names = set()
    if isinstance(call.func, ast.Attribute):
        names.add(root_name(call.func))
    elif isinstance(call.func, ast.Name) and call.func.id in _changes_nothing:
        return set()
    return names | {a.id for a in call.args if isinstance(a, ast.Name)}


def root_name(node: ast.AST) -> str:
    """x of `x.a[0].b`."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def first_attribute(node: ast.AST, owner: str) -> str:
    """a of `owner.a[0].b`."""
    attribute = ""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        if isinstance(node, ast.Attribute):
            attribute = node.attr
        node = node.value
    return attribute if isinstance(node, ast.Name) and node.id == owner else ""


def is_main_guard(statement: Statement) -> bool:
    """Whether it stands below `if __name__ == "__main__":`."""
    return any(
        isinstance(h, ast.Compare) and isinstance(h.left, ast.Name) and h.left.id == "__name__"
        for h in statement.headers
    )
