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


Table = dict[
    str, list[Any]
]  # units by name; what comes from a file is lists, which units() makes units of when they are asked for


def units(table: Table, name: str) -> list[Unit]:
    """Those of a name."""
    return [Unit(*plain) for plain in table.get(name, ())]


class ClassUnit(NamedTuple):
    """What a class says outside of its functions."""

    line: int
    last_line: int
    header: Unit  # decorators and keywords; its kind is "" if there are none
    bases: Unit
    body: Unit  # its simple statements
    names: Table  # what its body binds
    attributes: Table  # statements of its methods that set attributes of the object


class Outline(NamedTuple):
    """Of a file."""

    functions: Table  # by qualname
    classes: Table  # of ClassUnits
    names: Table  # what statements of the module bind or change
    declared: list[str]  # names that functions declare global
    stars: list[str]  # modules of which everything is imported
    whole: str  # hash of all statements
    size: int  # nodes

    def class_units(self, name: str) -> list[ClassUnit]:
        return [
            ClassUnit(int(line), int(last), Unit(*header), Unit(*bases), Unit(*body), names, attributes)
            for line, last, header, bases, body, names, attributes in self.classes.get(name, ())
        ]
