"""From the text of a source file to its outline."""

from __future__ import annotations

import ast
from typing import Any, Iterable, Optional, Sequence

from . import literals
from .attributes import attribute_statements
from .canonical import Text, is_ours, says_nothing, uses_names_of_locals
from .outline import ClassUnit, Outline, Unit
from .scopes import Scope, definitions, scope_of
from .statements import Statement, binds, changes, is_main_guard, statements


def outline(source: str) -> Outline:
    """Raises what `ast.parse` does for what is not Python."""
    return _Reader(ast.parse(source)).read()


class _Reader:
    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.ours = _names_of_ours(tree)
        self.functions: dict[str, list[Unit]] = {}
        self.classes: dict[str, list[ClassUnit]] = {}
        self.declared: set[str] = set()
        self.defined = {n.name for n in tree.body if isinstance(n, definitions)}
        self.size = 0

    def read(self) -> Outline:
        names: dict[str, list[Unit]] = {}
        stars: list[str] = []
        whole = Text((), self.ours)
        whole.write(self.tree.body)
        for statement in statements(self.tree.body):
            node = statement.nodes[0]
            if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names):
                stars.append("." * node.level + (node.module or ""))
                continue
            for name, unit in self.units(statement, ()):
                names.setdefault(name, []).append(unit)
        self.inner(self.tree.body, "", ())
        return Outline(
            self.functions, self.classes, names, sorted(self.declared), stars, whole.digest(), whole.visited + self.size
        )

    def units(self, statement: Statement, scopes: Sequence[Scope]) -> Iterable[tuple[str, Unit]]:
        """What a statement of a module or class binds or changes, and how."""
        node = statement.nodes[0]
        line = getattr(node, "lineno", 1)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from _imports(node, line)
            return
        names = binds(statement)
        changed = changes(statement)
        if isinstance(node, definitions):
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            yield node.name, Unit(kind, line, "", {}, node.name)
            names = set()
            changed &= self.defined  # `@shown.register`, not `@functools.wraps`
        literal = _literals(node) if not statement.headers else {}
        for name, value in literal.items():
            yield name, Unit("literal", line, literals.digest(value), {}, value)
        others = (names | changed) - literal.keys()
        if others and not (is_main_guard(statement) and not names):
            unit = self.statement_unit([statement], scopes)
            for name in sorted(others):
                yield name, unit

    def statement_unit(self, these: Iterable[Statement], scopes: Sequence[Scope], kind: str = "statement") -> Unit:
        text = Text(scopes, self.ours)
        line = 0
        for statement in these:
            if isinstance(statement.definition, ast.AST) and scopes and scopes[-1].kind == "class":
                continue
            text.out.append("{")
            text.write(statement.headers)
            text.write(statement.nodes)
            text.out.append("}")
            line = line or getattr(statement.nodes[0], "lineno", 0)
        self.size += text.visited
        return Unit(kind, line, text.digest(), text.references.plain(), "")

    def inner(self, nodes: Iterable[Any], prefix: str, scopes: tuple[Scope, ...]) -> None:
        """All functions and classes below these nodes."""
        for node in nodes:
            stack = [node]
            while stack:
                found = stack.pop()
                if isinstance(found, ast.ClassDef):
                    self.class_(found, prefix + found.name, scopes)
                    stack += found.decorator_list
                elif isinstance(found, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    self.function(found, prefix + found.name, scopes)
                    stack += [*found.decorator_list, *found.args.defaults]
                elif isinstance(found, ast.Lambda):
                    self.function(found, prefix + "<lambda>", scopes)
                elif isinstance(found, ast.AST):
                    stack += ast.iter_child_nodes(found)

    def function(self, node: Any, qualname: str, scopes: tuple[Scope, ...]) -> None:
        text = Text(scopes, self.ours)
        text.renames = not uses_names_of_locals([node])
        lambda_ = isinstance(node, ast.Lambda)
        text.out.append(type(node).__name__)
        if not lambda_:
            text.write([d for d in node.decorator_list if not is_ours(d, self.ours)])
        text.write(node.args)
        scope = text.method(node)
        text.write(node.body)
        self.size += text.visited
        self.declared |= text.references.globals
        line = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        unit = Unit("function", line, text.digest(), text.references.plain(), str(node.end_lineno))
        self.functions.setdefault(qualname, []).append(unit)
        body = [node.body] if lambda_ else node.body
        self.inner(body, qualname + ".<locals>.", (*scopes, scope))

    def class_(self, node: ast.ClassDef, qualname: str, scopes: tuple[Scope, ...]) -> None:
        scope = scope_of(node)
        inside = (*scopes, scope)
        header = Text(scopes, self.ours)
        header.write([d for d in node.decorator_list if not is_ours(d, self.ours)])
        header.write([node.bases, node.keywords])
        body = [s for s in statements(node.body) if not says_nothing(s.nodes[0])]
        names: dict[str, list[Unit]] = {}
        for statement in body:
            for name, unit in self.units(statement, inside):
                names.setdefault(name, []).append(unit)
        attributes: dict[str, list[Unit]] = {}
        for statement in body:
            method = statement.definition
            if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for attribute, text in attribute_statements(method, inside, self.ours):
                    unit = Unit("statement", text.line, text.digest(), text.references.plain(), "")
                    attributes.setdefault(attribute, []).append(unit)
        line = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        self.size += header.visited
        unit = Unit("class", node.lineno, header.digest(), header.references.plain(), "")
        made = ClassUnit(line, node.end_lineno or line, unit, self.statement_unit(body, inside), names, attributes)
        self.classes.setdefault(qualname, []).append(made)
        self.inner(node.body, qualname + ".", inside)


def _names_of_ours(tree: ast.Module) -> set[str]:
    """The names that the decorator has in this file."""
    names = {"cache_on_disk"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("cache_on_disk"):
            names.update(a.asname for a in node.names if a.name == "cache_on_disk" and a.asname)
    return names


def _imports(node: Any, line: int) -> Iterable[tuple[str, Unit]]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "") + ":" + alias.name
        else:
            origin = (alias.name if alias.asname else alias.name.partition(".")[0]) + ":"
        yield alias.asname or alias.name.partition(".")[0], Unit("import", line, "", {}, origin)


def _literals(node: ast.AST) -> dict[str, str]:
    """Names to which a statement gives literals."""
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        targets: list[Any] = [node.target]
        value: Optional[ast.AST] = node.value
    elif isinstance(node, ast.Assign):
        targets, value = node.targets, node.value
    else:
        return {}
    found: dict[str, str] = {}
    for target in targets:
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            pairs = list(zip(target.elts, value.elts))
        for name, part in pairs:
            text = literals.text(literals.of_node(part)) if part is not None else None
            if not isinstance(name, ast.Name) or text is None:
                return {}
            found[name.id] = text
    return found
