"""Declarations of C++ headers and their comments, read from Doxygen's XML."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

SETTINGS = """
GENERATE_HTML = NO
GENERATE_LATEX = NO
GENERATE_XML = YES
XML_PROGRAMLISTING = NO
EXTRACT_ALL = YES
AUTOLINK_SUPPORT = NO
QUIET = YES
WARN_AS_ERROR = FAIL_ON_WARNINGS
MACRO_EXPANSION = YES
EXPAND_ONLY_PREDEF = YES
PREDEFINED = CACHE_ON_DISK_LIFETIMEBOUND= CACHE_ON_DISK_EXPORT= CACHE_ON_DISK_NO_EXPORT=
"""


# What the standard library asks of containers and iterators: needs no words.
USUAL_TYPES = (
    "value_type", "element_type", "iterator", "const_iterator",
    "iterator_category", "difference_type", "pointer", "reference",
)  # fmt: skip


@dataclasses.dataclass
class Declaration:
    """What stands in a header, by its kind as Sphinx calls it: class, function, member, type, enum-class, concept, macro."""

    kind: str
    scope: str
    name: str
    signatures: list[str]
    comment: list[ElementTree.Element]
    file: str
    line: int
    value: str = ""
    inside: list[Declaration] = dataclasses.field(default_factory=list)

    @property
    def is_documented(self) -> bool:
        return any("".join(part.itertext()).strip() for part in self.comment)


def run(headers: list[Path], output: Path) -> None:
    """Write the XML of some headers; a warning is an error."""
    output.mkdir(parents=True, exist_ok=True)
    files = " ".join(f'"{header}"' for header in headers)
    settings = f'{SETTINGS}\nOUTPUT_DIRECTORY = "{output}"\nINPUT = {files}\n'
    subprocess.run(["doxygen", "-"], input=settings, text=True, check=True)


def read(output: Path, namespaces: tuple[str, ...]) -> list[Declaration]:
    """All public declarations in some namespaces, and macros, in the order of their files."""
    compounds = {}
    for file in (output / "xml").glob("*.xml"):
        for compound in ElementTree.parse(file).getroot().iter("compounddef"):
            compounds[compound.get("id")] = compound
    found = []
    for compound in compounds.values():
        name = text(compound, "compoundname")
        kind = compound.get("kind")
        if kind == "namespace" and name in namespaces:
            found += _inside(compound, name, compounds)
        elif kind == "concept" and name.rpartition("::")[0] in namespaces:
            found.append(_concept(compound, name))
        elif kind == "file":
            found += [_macro(member) for member in compound.iter("memberdef") if member.get("kind") == "define"]
    public = [one for one in found if one.kind != "macro" or re.fullmatch(r"[A-Z_]*[A-Z]", one.name)]
    # Of what a namespace has from another by "using", some versions tell twice.
    own = {(one.file, one.line, one.name, one.signatures[0]): one for one in sorted(public, key=lambda one: one.scope)}
    return _in_order(list(own.values()))


def text(element: ElementTree.Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else " ".join("".join(found.itertext()).split())


def _in_order(declarations: list[Declaration]) -> list[Declaration]:
    """By file and line; a function without a comment right after one of its name is another form of that."""
    ordered: list[Declaration] = []
    for one in sorted(declarations, key=lambda one: (one.file, one.line)):
        before = ordered[-1] if ordered else None
        if before and before.kind == one.kind == "function" and before.name == one.name and not one.is_documented:
            before.signatures += one.signatures
        else:
            ordered.append(one)
    return ordered


def _comment(element: ElementTree.Element) -> list[ElementTree.Element]:
    parts = [element.find("briefdescription"), element.find("detaileddescription")]
    return [part for part in parts if part is not None]


def _declaration(kind: str, scope: str, element: ElementTree.Element, name: str, signature: str) -> Declaration:
    place = element.find("location")
    assert place is not None
    return Declaration(
        kind, scope, name, [signature], _comment(element), place.get("file", ""), int(place.get("line", "0"))
    )


def _template(element: ElementTree.Element) -> str:
    parameters = element.find("templateparamlist")
    if parameters is None:
        return ""
    told = []
    for parameter in parameters:
        declared = f"{text(parameter, 'type')} {text(parameter, 'declname')}".strip()
        value = text(parameter, "defval")
        told.append(f"{declared} = {value}" if value else declared)
    return f"template<{', '.join(told)}> "


def _inside(compound: ElementTree.Element, scope: str, compounds: dict[str, ElementTree.Element]) -> list[Declaration]:
    """The public members of a class or namespace."""
    members = [_member(one, scope) for one in compound.iter("memberdef") if one.get("prot") == "public"]
    classes = [compounds[one.get("refid")] for one in compound.findall("innerclass") if one.get("prot") == "public"]
    found = [one for one in members if one] + [_class(one, scope, compounds) for one in classes]
    return _in_order([one for one in found if one is not None])


def _class(compound: ElementTree.Element, scope: str, compounds: dict[str, ElementTree.Element]) -> Declaration | None:
    full = text(compound, "compoundname")
    name = full.removeprefix(scope + "::")
    if "<" not in name and "::" in name:
        return None  # a namespace lists the classes within its classes, too
    condition = text(compound, "requiresclause")
    head = _template(compound) + (f"requires {condition} " if condition else "")
    bases = [text(base, ".") for base in compound.findall("basecompoundref") if base.get("prot") == "public"]
    shown = [base for base in bases if "core::" not in base and "detail::" not in base]
    signature = f"{head}{name}" + (f" : public {', '.join(shown)}" if shown else "")
    one = _declaration("struct" if compound.get("kind") == "struct" else "class", scope, compound, name, signature)
    if "<" in name and not one.is_documented:
        return None  # a specialisation of which nothing is to be said
    one.inside = _inside(compound, full, compounds)
    return one


def _member(element: ElementTree.Element, scope: str) -> Declaration | None:
    kind, name = element.get("kind"), text(element, "name")
    kind_of_value, value = text(element, "type"), text(element, "initializer")
    if kind == "typedef" and scope.count("::") and name in USUAL_TYPES:
        return None
    if kind == "typedef":
        return _declaration("type", scope, element, name, f"{_template(element)}{name} = {kind_of_value}")
    if kind == "variable":
        words = " ".join([*_specifiers(element, kind_of_value), kind_of_value, name, value]).strip()
        return _declaration("member", scope, element, name, _template(element) + words)
    if kind == "enum":
        strong = element.get("strong") == "yes"
        one = _declaration("enum-class" if strong else "enum", scope, element, name, name)
        for i, entry in enumerate(element.findall("enumvalue")):
            told = f"{text(entry, 'name')} {text(entry, 'initializer')}".strip()
            one.inside.append(
                Declaration("enumerator", scope, text(entry, "name"), [told], _comment(entry), one.file, one.line + i)
            )
        return one
    if kind not in ("function", "friend") or kind_of_value in ("class", "friend class", "struct", "friend struct"):
        return None
    return _function(element, scope, name, kind_of_value)


def _specifiers(element: ElementTree.Element, told: str) -> list[str]:
    """What stands before a type, of which versions of Doxygen make part of the type or not."""
    known = ("explicit", "static", "constexpr", "consteval")
    return [word for word in known if element.get(word) == "yes" and word not in told.split()]


def _function(element: ElementTree.Element, scope: str, name: str, result: str) -> Declaration | None:
    arguments, condition = text(element, "argsstring"), text(element, "requiresclause")
    if "->" in arguments and not result:
        return None  # a deduction guide
    if condition and not condition.startswith("requires"):  # Sphinx cannot read a requirement within; the comment tells
        before, equals, after = re.fullmatch(r"(.*?)(=\s*(?:default|delete|0))?()", arguments).groups()
        arguments = f"{before} requires {condition} {equals or ''}{after}"
    words = _specifiers(element, result)
    words += ["friend"] if element.get("kind") == "friend" and "friend" not in result.split() else []
    signature = " ".join([*words, result, name + arguments]).strip()
    one = _declaration("function", scope, element, name, _template(element) + signature)
    # Without words: what a class overrides is told of at its base, and what copies, compares and counts up does as everywhere.
    usual = r"\boverride\b|=\s*default|=\s*delete|^~|^operator|^(\w+)\((const )?\1 ?&"
    if not one.is_documented and re.search(usual, name + arguments):
        return None
    return one


def _concept(compound: ElementTree.Element, full: str) -> Declaration:
    scope, _, name = full.rpartition("::")
    one = _declaration("concept", scope, compound, name, _template(compound) + name)
    initializer = compound.find("initializer")
    told = "" if initializer is None else "".join(initializer.itertext()).strip()
    one.value = told.replace(f"{scope}::", "").replace("=  ", "= ") + ";"
    return one


def _macro(element: ElementTree.Element) -> Declaration:
    name = text(element, "name")
    parameters = [text(one, "defname") for one in element.findall("param")]
    told = f"({', '.join(parameters)})" if parameters else ""
    return _declaration("macro", "", element, name, name + told)
