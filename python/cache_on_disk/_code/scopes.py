"""Which names the functions, lambdas, classes and comprehensions of a file bind: one walk over its tree."""

from __future__ import annotations

import ast
from typing import Any, Iterable, Iterator, NamedTuple

functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
comprehensions = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_skipped = {"ctx", "annotation", "returns", "type_params", "type_comment", "type_ignores", "kind", "simple"}


class Scope:
    """A scope of names. `local` ones are written by their number, `kept` ones as they are."""

    __slots__ = ("kept", "kind", "local", "outer")

    def __init__(self, kind: str, kept: Iterable[str] = ()) -> None:
        self.kind = kind  # "module", "function", "class" or "comprehension"
        self.kept = set(kept)
        self.local: set[str] = set()
        self.outer: set[str] = set()  # declared global or nonlocal

    def settle(self) -> None:
        """Once all its names are known."""
        if self.kind == "class":
            self.kept |= self.local
            self.local = set()
        self.kept -= self.outer
        self.local -= self.outer | self.kept


class Definition(NamedTuple):
    """A function, lambda or class of the file."""

    node: Any
    qualname: str
    scopes: tuple[Scope, ...]  # around it


class Survey:
    """The scopes and definitions of a tree.

    Attributes
    ----------
    scopes : dict
        By the address of the node that makes the scope.
    definitions : list of Definition
        All, the outer ones first.
    ours : set of str
        The names that the decorator cache_on_disk has in this file.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.scopes: dict[int, Scope] = {}
        self.definitions: list[Definition] = []
        self.ours = {"cache_on_disk"}
        self.size = 0
        module = Scope("module")
        for node in tree.body:
            self.visit(node, module, (), "")

    def visit(self, node: Any, here: Scope, around: tuple[Scope, ...], prefix: str) -> None:
        """`here` is the scope of the node, the last of `around` unless it is the module's."""
        self.size += 1
        visit = _visits.get(type(node))
        if visit is not None:
            visit(self, node, here, around, prefix)
        else:
            self.children(node, here, around, prefix)

    def children(self, node: Any, here: Scope, around: tuple[Scope, ...], prefix: str) -> None:
        for field, value in node.__dict__.items():
            if type(value) is list:
                if field not in _skipped:
                    for item in value:
                        if isinstance(item, ast.AST):
                            self.visit(item, here, around, prefix)
            elif isinstance(value, ast.AST) and field not in _skipped:
                self.visit(value, here, around, prefix)


def _function(self: Survey, node: Any, here: Scope, around: tuple[Scope, ...], prefix: str) -> None:
    name = getattr(node, "name", "<lambda>")
    if name != "<lambda>":
        here.local.add(name)
    self.definitions.append(Definition(node, prefix + name, around))
    for outside in (*getattr(node, "decorator_list", ()), *node.args.defaults, *node.args.kw_defaults):
        if outside is not None:
            self.visit(outside, here, around, prefix)
    scope = self.scopes[id(node)] = Scope("function", parameters(node.args))
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    for statement in body:
        self.visit(statement, scope, (*around, scope), f"{prefix}{name}.<locals>.")
    scope.settle()


def _class(self: Survey, node: ast.ClassDef, here: Scope, around: tuple[Scope, ...], prefix: str) -> None:
    here.local.add(node.name)
    self.definitions.append(Definition(node, prefix + node.name, around))
    for outside in (*node.decorator_list, *node.bases, *node.keywords):
        self.visit(outside, here, around, prefix)
    scope = self.scopes[id(node)] = Scope("class")
    for statement in node.body:
        self.visit(statement, scope, (*around, scope), f"{prefix}{node.name}.")
    scope.settle()


def _comprehension(self: Survey, node: Any, here: Scope, around: tuple[Scope, ...], prefix: str) -> None:
    scope = self.scopes[id(node)] = Scope("comprehension")
    inside = (*around, scope)
    self.visit(node.generators[0].iter, here, around, prefix)
    for generator in node.generators:
        self.visit(generator.target, scope, inside, prefix)
        for value in (*generator.ifs, *([] if generator is node.generators[0] else [generator.iter])):
            self.visit(value, scope, inside, prefix)
    for value in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
        self.visit(value, scope, inside, prefix)
    scope.settle()


def _name(self: Survey, node: ast.Name, here: Scope, around: tuple[Scope, ...], prefix: str) -> None:
    if type(node.ctx) is not ast.Load:
        here.local.add(node.id)


def _walrus(self: Survey, node: ast.NamedExpr, here: Scope, around: tuple[Scope, ...], prefix: str) -> None:
    """It binds in the function around a comprehension."""
    outer = next((s for s in reversed(around) if s.kind != "comprehension"), None)
    if outer is not None:
        outer.local.add(node.target.id)
    self.visit(node.value, here, around, prefix)


def _import(self: Survey, node: Any, here: Scope, around: tuple[Scope, ...], prefix: str) -> None:
    here.local.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
    if (getattr(node, "module", None) or "").rpartition(".")[2] == "cache_on_disk":
        self.ours.update(a.asname for a in node.names if a.name == "cache_on_disk" and a.asname)


def _outer(self: Survey, node: Any, here: Scope, around: tuple[Scope, ...], prefix: str) -> None:
    here.outer.update(node.names)


def _named(self: Survey, node: Any, here: Scope, around: tuple[Scope, ...], prefix: str) -> None:
    """`except E as name`, `case [*name]`."""
    name = getattr(node, "name", None) or getattr(node, "rest", None)
    if name:
        here.local.add(name)
    self.children(node, here, around, prefix)


_visits: dict[Any, Any] = {
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.Lambda: _function,
    ast.ClassDef: _class,
    **dict.fromkeys(comprehensions, _comprehension),
    ast.Name: _name,
    ast.NamedExpr: _walrus,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Global: _outer,
    ast.Nonlocal: _outer,
    ast.ExceptHandler: _named,
    ast.Constant: lambda *_: None,
}
for _kind in ("MatchAs", "MatchStar", "MatchMapping"):
    _visits[getattr(ast, _kind, _kind)] = _named


def parameters(arguments: ast.arguments) -> list[str]:
    found = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return found + [a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None]


def first_parameter(function: Any) -> str:
    return next((a.arg for a in (*function.args.posonlyargs, *function.args.args)), "")


def nodes_here(nodes: Iterable[Any]) -> Iterator[Any]:
    """All nodes in and below these that belong to the same scope; definitions themselves, but not what is in them."""
    stack = [n for n in nodes if isinstance(n, ast.AST)]
    while stack:
        node = stack.pop()
        yield node
        kind = type(node)
        if kind is ast.Lambda or isinstance(node, definitions):
            continue
        if kind is ast.comprehension:  # its targets are in a scope of their own
            stack += [node.iter, *node.ifs]  # type: ignore[attr-defined]
            continue
        for value in node.__dict__.values():
            if type(value) is list:
                stack += [v for v in value if isinstance(v, ast.AST)]
            elif isinstance(value, ast.expr):
                stack.append(value)


def bound(nodes: Iterable[Any]) -> set[str]:
    """The names that these nodes bind in their scope."""
    names: set[str] = set()
    for node in nodes_here(nodes):
        kind = type(node)
        if kind is ast.Name:
            if type(node.ctx) is not ast.Load:
                names.add(node.id)
        elif isinstance(node, definitions):
            names.add(node.name)
        elif kind is ast.Import or kind is ast.ImportFrom:
            names.update(a.asname or a.name.partition(".")[0] for a in node.names)
        elif kind is ast.ExceptHandler or kind.__name__ in ("MatchAs", "MatchStar", "MatchMapping"):
            names.add(getattr(node, "name", None) or getattr(node, "rest", None) or "")
    return names - {""}
