"""Writes the pages of the C++ reference: one for each header, from its declarations and comments.

cpp_reference.py OUTPUT XML: pages into OUTPUT, Doxygen's XML into XML. Breathe does the same in general; it takes classes by the
same name with different constraints, and deduction guides, for duplicates.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import doxygen
from headers import GROUPS, NAMESPACES, sources

ROOT = Path(__file__).parent.parent.parent
INCLUDE = ROOT / "include" / "cache_on_disk"


class Comments:
    """Comments as reStructuredText; names that have a place in the reference lead there."""

    def __init__(self, declarations: list[doxygen.Declaration]) -> None:
        self._targets: dict[str, tuple[str, str]] = {}
        for one in declarations:
            if re.fullmatch(r"\w+", one.name):
                self._learn(one.name, one)
                for part in one.inside:
                    if re.fullmatch(r"\w+", part.name):
                        self._learn(f"{one.name}::{part.name}", part)

    def _learn(self, name: str, one: doxygen.Declaration) -> None:
        role = "c:macro" if one.kind == "macro" else "cpp:any"
        scope = re.sub(r"<.*>", "", one.scope)
        self._targets.setdefault(name, (role, f"{scope}::{one.name}".removeprefix("::")))

    def code(self, words: str) -> str:
        """Code within a sentence."""
        words = " ".join(words.split())
        name = re.match(r"(?:cache_on_disk::|npy::)?(\w+(?:::\w+)?)(?:\(\)|\(\.\.\.\)|<.*>)?$", words)
        if name and name[1] in self._targets:
            role, target = self._targets[name[1]]
            title = words.replace("<", "\\<")
            return f":{role}:`{title} <{target}>`\\ "  # a letter may follow
        return f"``{words}``\\ "

    def plain(self, comment: str) -> str:
        """The comment at the start of a header: paragraphs, and code where it is indented."""
        lines = [line[3:] if line.startswith("// ") else line[2:] for line in comment.splitlines()]
        blocks: list[list[str]] = []  # of lines that are alike: code, or words
        for line in lines:
            if blocks and (not line or line.startswith("  ") == blocks[-1][0].startswith("  ")):
                blocks[-1].append(line)
            elif line:
                blocks.append([line])
        written = (
            _code("\n".join(line[2:] for line in block).rstrip())
            if block[0].startswith("  ")
            else self.sentence("\n".join(block))
            for block in blocks
        )
        return "\n\n".join(written)

    def sentence(self, words: str) -> str:
        parts = re.split(r"`([^`]+)`", words)
        return "".join(self.code(part) if i % 2 else _words(part) for i, part in enumerate(parts))

    def of(self, declaration: doxygen.Declaration) -> str:
        return "\n\n".join(filter(None, (self._block(part) for part in declaration.comment)))

    def _block(self, element: ElementTree.Element) -> str:
        """What holds paragraphs."""
        return "\n\n".join(filter(None, (self._paragraph(one) for one in element)))

    def _paragraph(self, element: ElementTree.Element) -> str:
        """A paragraph, in which Doxygen puts lists and code, too."""
        blocks: list[str] = []
        words = _words(element.text or "")
        for child in element:
            if child.tag in ("programlisting", "verbatim", "itemizedlist", "orderedlist"):
                blocks += [words, self._special(child)]
                words = ""
            else:
                words += self._inline(child)
            words += _words(child.tail or "")
        return "\n\n".join(part for part in (block.strip("\n ") for block in [*blocks, words]) if part)

    def _special(self, element: ElementTree.Element) -> str:
        if element.tag == "verbatim":
            return _code("".join(element.itertext()).strip("\n"))
        if element.tag == "programlisting":
            lines = []
            for line in element.iter("codeline"):
                for space in line.iter("sp"):
                    space.text = " "
                lines.append("".join(line.itertext()))
            return _code("\n".join(lines))
        mark = "- " if element.tag == "itemizedlist" else "#. "
        items = (self._block(item) for item in element.findall("listitem"))
        return "\n".join(mark + item.replace("\n", "\n" + " " * len(mark)) for item in items)

    def _inline(self, element: ElementTree.Element) -> str:
        words = "".join(element.itertext())
        if element.tag == "computeroutput":
            return self.code(words)
        if element.tag in ("emphasis", "bold"):
            mark = "*" if element.tag == "emphasis" else "**"
            return mark + _escaped(words) + mark
        return _escaped(words) if element.tag != "linebreak" else "\n"


def _words(words: str) -> str:
    """Plain words, in which the names of headers and of documents lead there."""
    known = "|".join(name for group in GROUPS.values() for name in group)
    written = _escaped(words)
    written = re.sub(r"(?<![\w/])docs/(\w+)\.md", lambda m: f":doc:`{m[0]} </docs/{m[1]}>`\\ ", written)
    return re.sub(rf"(?<![\w/<])({known})\.hpp", lambda m: f":doc:`{m[0]} </reference/cpp/{m[1]}>`\\ ", written)


def _escaped(words: str) -> str:
    return re.sub(r"([\\*`|<>]|_(?!\w))", r"\\\1", words)


def _code(lines: str) -> str:
    return ".. code-block:: cpp\n\n" + _indented(lines)


def _indented(block: str) -> str:
    return "\n".join("   " + line if line else line for line in block.splitlines())


def opening(header: Path) -> str:
    """The comment that a header starts with."""
    return re.match(r"(?://.*\n)*", header.read_text())[0].rstrip()


def directive(one: doxygen.Declaration, comments: Comments) -> str:
    domain = "c" if one.kind == "macro" else "cpp"
    lines = (" " * len(f".. {domain}:{one.kind}:: ")).join(f"{signature}\n" for signature in one.signatures)
    inside = [comments.of(one), _code(one.value) if one.value else ""]
    inside += [directive(part, comments) for part in one.inside]
    body = _indented("\n\n".join(part for part in inside if part))
    return f".. {domain}:{one.kind}:: {lines}\n{body}"


def page(name: str, declarations: list[doxygen.Declaration], comments: Comments) -> str:
    title = f"{name}.hpp"
    parts = [f".. highlight:: cpp\n\n{title}\n{'=' * len(title)}", _code(f"#include <cache_on_disk/{title}>")]
    parts.append(comments.plain(opening(INCLUDE / f"{name}.hpp")))
    scope = None
    for one in declarations:
        if one.kind != "macro" and one.scope != scope:
            scope = one.scope
            parts.append(f".. cpp:namespace:: {scope}")
        parts.append(directive(one, comments))
    return "\n\n".join(parts) + "\n"


def index(comments: Comments) -> str:
    parts = ["C++", "===", (Path(__file__).parent / "cpp.rst").read_text()]
    for group, pages in GROUPS.items():
        parts += ["", group, "-" * len(group), "", ".. list-table::", "   :widths: 30 70", ""]
        for name in pages:
            words = " ".join(line[3:] for line in opening(INCLUDE / f"{name}.hpp").split("\n//\n")[0].splitlines())
            first = re.split(r"(?<=[.])\s", words)[0]
            parts += [f"   * - :doc:`{name}`", f"     - {comments.sentence(first)}"]
        parts += ["", ".. toctree::", "   :hidden:", "", *(f"   {name}" for name in pages)]
    return "\n".join(parts) + "\n"


def undocumented(declarations: list[doxygen.Declaration]) -> list[doxygen.Declaration]:
    """What a program can name and no comment explains; enumerators may speak for themselves."""
    found = [one for one in declarations if not one.is_documented and one.kind != "enumerator"]
    return found + [part for one in declarations for part in undocumented(one.inside)]


def main() -> None:
    output, xml = Path(sys.argv[1]), Path(sys.argv[2])
    pages = [name for group in GROUPS.values() for name in group]
    known = {path.stem for path in INCLUDE.glob("*.hpp")}
    if known != set(pages):
        sys.exit(f"docs: docs/site/headers.py and include/ differ in {', '.join(sorted(known ^ set(pages)))}")
    files = {name: [INCLUDE / f"{source}.hpp" for source in sources(name)] for name in pages}
    doxygen.run([file for group in files.values() for file in group], xml)
    declarations = doxygen.read(xml, NAMESPACES)
    silent = [f"{one.file}:{one.line}: {one.name}" for one in undocumented(declarations)]
    if silent:
        sys.exit("docs: no comment says what these are:\n  " + "\n  ".join(silent))
    comments = Comments(declarations)
    output.mkdir(parents=True, exist_ok=True)
    for name, group in files.items():
        own = [one for file in group for one in declarations if (ROOT / one.file) == file]
        (output / f"{name}.rst").write_text(page(name, own, comments))
    (output / "index.rst").write_text(index(comments))


if __name__ == "__main__":
    main()
