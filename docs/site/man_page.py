"""man_page.py <PAGE.1 >PAGE.rst: a man page as a page of the site. Knows the macros that the tool writes (tool/man_page.cpp)."""

from __future__ import annotations

import re
import sys


def inline(text: str) -> str:
    """Literals are what was bold or stood for a value, and options; the rest is plain."""
    text = text.replace("\\-", "-").replace("\\&", "").replace("\\e", "\\\\")
    text = re.sub(r"(?<![\w\\])(?<!\\fB)--[a-z-]+", r"\\fB\g<0>\\fR", text)
    parts = re.split(r"\\f[BI](.*?)\\fR", text)
    plain = (re.sub(r"([*`_|])", r"\\\1", part) if i % 2 == 0 else f"``{part}``\\ " for i, part in enumerate(parts))
    return "".join(plain).rstrip("\\ ")


def term(text: str) -> str:
    return "``" + re.sub(r"\\f[BIR]", "", text).replace("\\-", "-").replace("\\&", "") + "``"


def title(text: str) -> str:
    words = text.strip('"').replace("\\-", "-")
    return words.capitalize() if words.isupper() else words


def written(lines: list[str]) -> list[str]:
    page = ["Command line", "=" * 12, ""]
    indent = ""
    rest = iter(lines)
    for line in rest:
        macro, _, argument = line.partition(" ")
        if macro == ".TH":
            continue
        if macro in (".SH", ".SS"):
            indent = ""
            heading = title(argument)
            page += ["", heading, ("-" if macro == ".SH" else "~") * len(heading), ""]
        elif macro == ".TP":
            page += ["", term(next(rest))]
            indent = "   "
        elif macro == ".PP":
            indent = ""
            page.append("")
        elif macro == ".nf":
            page += ["", ".. code-block:: sh", ""]
            indent = "   "
            for example in rest:
                if example == ".fi":
                    break
                page.append(indent + example.replace("\\-", "-").replace("\\e", "\\"))
        elif line.startswith("."):
            sys.exit(f"docs: the man page has a macro that docs/site/man_page.py does not know: {line}")
        else:
            page.append(indent + inline(line))
    return page


if __name__ == "__main__":
    print("\n".join(written(sys.stdin.read().splitlines())))
