"""How names, attributes and calls are written, and what they say of other code."""

from __future__ import annotations

import ast
from typing import Any, Callable

from .text import Text, plain_name

_by_name = {"locals", "eval", "exec", "vars", "dir"}  # what they see are the names of local variables
_asks_only = {"isinstance": 1, "issubclass": 1}
_keeps_nothing = {"print", "len", "repr", "str", "id", "type", "isinstance", "hasattr", "getattr", "setattr", "delattr", "super",
                  "vars", "iter", "issubclass", "hash", "callable", "bool", "next", "list", "tuple", "sorted", "sum"}  # fmt: skip
_uses_operators = {"len", "iter", "bool", "next", "list", "tuple", "sorted", "sum", "str", "repr", "hash"}


def chain(node: ast.AST) -> tuple[ast.AST, list[str]]:
    """The root and the attributes of `root.a.b`."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return node, attributes[::-1]


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
    if not (stores and is_self(self, node.value)):
        self.references.attributes.update(attributes)
    if isinstance(root, ast.Name):
        self.refer(root.id, attributes, stores=stores, called=called)
        self.out.append("(." + ".".join((self.name(root.id), *map(plain_name, attributes))) + ")")
        return
    if isinstance(root, ast.Call) and isinstance(root.func, ast.Name):
        if root.func.id == "super" and self.where("super") is None:
            self.references.supers.add(attributes[0])
        elif root.func.id == "type" and len(root.args) == 1 and is_self(self, root.args[0]):
            self.refer_self(attributes, stores=stores, called=called)
    self.out.append("(." + ".".join(("", *map(plain_name, attributes))))
    self.write(root)
    self.out.append(")")


def is_self(self: Text, node: object) -> bool:
    return isinstance(node, ast.Name) and node.id == self.self_name and self.where(node.id) is self.self_scope


def _call(self: Text, node: ast.Call) -> None:
    function = node.func
    builtin = function.id if isinstance(function, ast.Name) and self.where(function.id) is None else ""
    self.out.append("(Call ")
    if isinstance(function, ast.Attribute):
        _attribute(self, function, called=True)
    elif is_self(self, function):
        self.out.append("self,")
        self.references.selfs.update(("()", "[]"))
    else:
        self.write(function)
    if isinstance(function, ast.Call) and isinstance(function.func, ast.Name) and function.func.id == "type":
        if len(function.args) == 1 and is_self(self, function.args[0]):
            self.references.selfs.add("()")
    if builtin in ("getattr", "setattr", "hasattr", "delattr") and len(node.args) > 1:
        _by_text(self, node.args[0], node.args[1], builtin == "setattr")
    for index, argument in enumerate(node.args):
        if builtin in _keeps_nothing and is_self(self, argument):
            self.out.append(plain_name(self.self_name) + ",")
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
        if is_self(self, child):
            self.references.selfs.add("[]")
    self.plain(node)


handlers: dict[type, Callable[[Text, Any], None]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    **dict.fromkeys(
        (ast.Subscript, ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.For, ast.withitem, ast.If, ast.AugAssign),
        _operator,
    ),
}
