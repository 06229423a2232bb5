"""From the text of a source file to its outline."""

from __future__ import annotations

import ast
from typing import Any, Iterable, Optional, Sequence

from . import literals
from .attributes import attribute_statements
from .canonical import Text, is_ours, says_nothing
from .hashes import blake2b
from .outline import ClassUnit, Outline, Table, Unit
from .scopes import Scope, Survey, definitions
from .statements import Statement, binds, changes, is_main_guard, statements


def outline(source: object) -> Outline:
    """Raises what `ast.parse` does for what is not Python."""
    return _Reader(ast.parse(source)).read()  # type: ignore[call-overload]


class _Reader:
    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.survey = Survey(tree)
        self.functions: Table = {}
        self.classes: Table = {}
        self.declared: set[str] = set()
        self.defined = {n.name for n in tree.body if isinstance(n, definitions)}

    def read(self) -> Outline:
        names: Table = {}
        stars: list[str] = []
        for statement in statements(self.tree.body):
            node = statement.nodes[0]
            if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names):
                stars.append("." * node.level + (node.module or ""))
                continue
            for name, unit in self.units(statement, ()):
                names.setdefault(name, []).append(unit)
        for node, qualname, scopes in self.survey.definitions:
            if isinstance(node, ast.ClassDef):
                self.class_(node, qualname, scopes)
            else:
                self.function(node, qualname, scopes)
        whole = self.whole(names)
        return Outline(self.functions, self.classes, names, sorted(self.declared), stars, whole, self.survey.size)

    def whole(self, names: Table) -> str:
        """The hash of all that the file says, in whatever order its definitions and imports stand."""
        imports = (ast.Import, ast.ImportFrom)
        rest = self.text((), [[s for s in self.tree.body if not isinstance(s, (*definitions, *imports))]])
        hashes = [f"{name} {u.hash}" for name, them in self.functions.items() for u in them]
        hashes += [
            f"{name} {u.header.hash} {u.bases.hash} {u.body.hash}"
            for name, units in self.classes.items()
            for u in units
        ]
        hashes += [f"{name} {u.detail}" for name, them in names.items() for u in them if u.kind == "import"]
        text = "\n".join([rest.digest(), *sorted(hashes)])
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

    def text(self, scopes: Sequence[Scope], whole: Iterable[Any]) -> Text:
        text = Text(scopes, self.survey)
        text.write_all(whole)
        return text

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
            text = self.text(scopes, [tuple(statement)])
            for name in sorted(others):
                yield name, _unit("statement" if name in names else "change", line, text)

    def function(self, node: Any, qualname: str, scopes: tuple[Scope, ...]) -> None:
        lambda_ = isinstance(node, ast.Lambda)
        decorators = getattr(node, "decorator_list", [])
        for renames in (True, False):
            text = Text(scopes, self.survey)
            text.renames = renames
            text.out.append(type(node).__name__)
            text.write([d for d in decorators if not is_ours(d, text.ours)])
            text.write(node.args)
            text.method(node)
            text.write([node.body] if lambda_ else node.body)
            if not text.looks_at_locals:
                break
        self.declared |= text.references.globals
        unit = _unit("function", min([node.lineno, *(d.lineno for d in decorators)]), text)
        self.functions.setdefault(qualname, []).append(unit)

    def class_(self, node: ast.ClassDef, qualname: str, scopes: tuple[Scope, ...]) -> None:
        inside = (*scopes, self.survey.scopes[id(node)])
        decorators = [d for d in node.decorator_list if not is_ours(d, self.survey.ours)]
        header = self.text(scopes, [decorators, node.keywords])
        bases = self.text(scopes, [node.bases])
        body = [s for s in statements(node.body) if not says_nothing(s.nodes[0])]
        names: Table = {}
        attributes: Table = {}
        for statement in body:
            for name, unit in self.units(statement, inside):
                names.setdefault(name, []).append(unit)
            method = statement.definition
            if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for attribute, line, text in attribute_statements(method, inside, self.survey):
                    attributes.setdefault(attribute, []).append(_unit("statement", line, text))
        simple = self.text(inside, [tuple(s) for s in body if s.definition is None])
        made = ClassUnit(
            min([node.lineno, *(d.lineno for d in node.decorator_list)]),
            node.end_lineno or node.lineno,
            _unit("class" if decorators or node.keywords else "", node.lineno, header),
            _unit("class", node.lineno, bases),
            _unit("class", node.lineno, simple),
            names,
            attributes,
        )
        self.classes.setdefault(qualname, []).append(made)


def _unit(kind: str, line: int, text: Text) -> Unit:
    return Unit(kind, line, text.digest(), text.references.plain(), "")


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
            text = _literal(part) if part is not None else None
            if not isinstance(name, ast.Name) or text is None:
                return {}
            found[name.id] = text
    return found


def _literal(node: ast.AST) -> Optional[str]:
    """The text of a literal; None for what is none."""
    if isinstance(node, (ast.Call, ast.Name, ast.Attribute, ast.ListComp, ast.Compare)):
        return None
    try:
        return literals.text(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
