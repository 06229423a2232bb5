"""What is known of one source file: its definitions, and the statements of its module and classes. Plain data, as JSON has it."""

from __future__ import annotations

from typing import Any, NamedTuple

from .references import References


class Unit(NamedTuple):
    """A piece of code that counts as a whole."""

    kind: str  # "function", "class", "import", "literal", "statement", or "change" of what another statement binds
    line: int
    hash: str
    data: dict[str, list[str]]  # its references
    detail: str  # of an import "dots and module:name", of a literal its text, otherwise ""

    @property
    def is_statement(self) -> bool:
        return self.kind == "literal" or self.kind == "statement" or self.kind == "change"

    @property
    def references(self) -> References:
        return References(**self.data)


class ClassUnit(NamedTuple):
    """What a class says outside of its functions."""

    line: int
    last_line: int
    header: Unit  # decorators and keywords; its kind is "" if there are none
    bases: Unit
    body: Unit  # its simple statements
    names: dict[str, list[Unit]]  # what its body binds
    attributes: dict[str, list[Unit]]  # statements of its methods that set attributes of the object


class Outline(NamedTuple):
    """Of a file."""

    functions: dict[str, list[Unit]]  # by qualname
    classes: dict[str, list[ClassUnit]]
    names: dict[str, list[Unit]]  # what statements of the module bind or change
    declared: list[str]  # names that functions declare global
    stars: list[str]  # modules of which everything is imported
    whole: str  # hash of all statements
    size: int  # nodes

    def plain(self) -> Any:
        return [
            _plain_table(self.functions),
            {
                name: [
                    [c.line, c.last_line, c.header, c.bases, c.body, _plain_table(c.names), _plain_table(c.attributes)]
                    for c in them
                ]
                for name, them in self.classes.items()
            },
            _plain_table(self.names),
            self.declared,
            self.stars,
            self.whole,
            self.size,
        ]


def from_plain(plain: Any) -> Outline:
    """What `plain` has made. Raises anything for what it has not."""
    functions, classes, names, declared, stars, whole, size = plain
    return Outline(
        _table(functions),
        {
            name: [
                ClassUnit(
                    int(line), int(last), Unit(*header), Unit(*bases), Unit(*body), _table(own), _table(attributes)
                )
                for line, last, header, bases, body, own, attributes in them
            ]
            for name, them in classes.items()
        },
        _table(names),
        declared,
        stars,
        whole,
        int(size),
    )


def _plain_table(table: dict[str, list[Unit]]) -> dict[str, list[Any]]:
    return {name: [list(u) for u in units] for name, units in table.items()}


def _table(plain: dict[str, list[Any]]) -> dict[str, list[Unit]]:
    return {name: [Unit(*u) for u in units] for name, units in plain.items()}
