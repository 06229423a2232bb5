"""Which names a function, lambda, class or comprehension binds."""

from __future__ import annotations

import ast
from typing import Any, Iterable, Iterator

functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
comprehensions = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Scope:
    """A scope of names. `kept` names are written as they are, `local` ones by their number."""

    __slots__ = ("kept", "kind", "local", "outer")

    def __init__(
        self, kind: str, local: Iterable[str] = (), kept: Iterable[str] = (), outer: Iterable[str] = ()
    ) -> None:
        self.kind = kind  # "function", "class" or "comprehension"
        self.kept = set(kept)
        self.outer = set(outer)  # declared global or nonlocal
        self.local = set(local) - self.kept - self.outer


def parameters(arguments: ast.arguments) -> list[str]:
    found = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return found + [a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None]


def first_parameter(function: ast.AST) -> str:
    arguments = getattr(function, "args", None)
    if not isinstance(arguments, ast.arguments):
        return ""
    return next((a.arg for a in (*arguments.posonlyargs, *arguments.args)), "")


def scope_of(node: ast.AST) -> Scope:
    """The scope that a node makes."""
    if isinstance(node, ast.Lambda):
        return Scope("function", bound([node.body]), parameters(node.args))
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return Scope("function", bound(node.body), parameters(node.args), declared(node.body))
    if isinstance(node, ast.ClassDef):
        return Scope("class", (), bound(node.body) - declared(node.body), declared(node.body))
    targets: set[str] = set()
    for generator in getattr(node, "generators", ()):
        targets |= bound([generator.target])
    return Scope("comprehension", targets)


def nodes_here(nodes: Iterable[Any]) -> Iterator[ast.AST]:
    """All nodes in and below these that belong to the same scope; definitions themselves, but not what is in them."""
    stack = [n for n in nodes if isinstance(n, ast.AST)]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, definitions):
            stack += node.decorator_list
            if isinstance(node, ast.ClassDef):
                stack += node.bases
            else:
                stack += node.args.defaults
        elif isinstance(node, ast.Lambda):
            stack += node.args.defaults
        elif isinstance(node, ast.comprehension):  # its targets are in a scope of their own
            stack += [node.iter, *node.ifs]
        else:
            stack += ast.iter_child_nodes(node)


def bound(nodes: Iterable[Any]) -> set[str]:
    """The names that these nodes bind in their scope."""
    names: set[str] = set()
    for node in nodes_here(nodes):
        kind = type(node)
        if kind is ast.Name:
            if not isinstance(node.ctx, ast.Load):  # type: ignore[attr-defined]
                names.add(node.id)  # type: ignore[attr-defined]
        elif isinstance(node, definitions):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update((a.asname or a.name.partition(".")[0]) for a in node.names)
        elif kind is ast.ExceptHandler:
            names.add(node.name or "")  # type: ignore[attr-defined]
        elif kind.__name__ in ("MatchAs", "MatchStar"):
            names.add(getattr(node, "name", None) or "")
        elif kind.__name__ == "MatchMapping":
            names.add(getattr(node, "rest", None) or "")
    return names - {""}


def declared(nodes: Iterable[Any]) -> set[str]:
    """The names that these nodes declare global or nonlocal."""
    return {n for node in nodes_here(nodes) if isinstance(node, (ast.Global, ast.Nonlocal)) for n in node.names}
