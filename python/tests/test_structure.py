"""Nothing in the package, and no unit of its module, needs what needs it."""

import ast
import pathlib
import re

import pytest

folder = pathlib.Path(__file__).resolve().parent.parent


def imports(file):
    """The modules of the package that a file imports, at its top or in a function, but for those that only types are from."""
    tree = ast.parse(file.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            yield from [node.module.split(".")[0]] if node.module else [name.name for name in node.names]


def package():
    return {file.stem: set(imports(file)) for file in (folder / "cache_on_disk").glob("*.py")}


def units():
    """A header and the source of its name are one unit."""
    needs = {}
    for file in (folder / "src").glob("*.[ch]pp"):
        included = re.findall(r'^#include "(\w+)\.hpp"', file.read_text(), re.MULTILINE)
        needs.setdefault(file.stem, set()).update(set(included) - {file.stem})
    return needs


def circle(needs):
    """The first circle that is found, as a list of names; empty if there is none."""
    done = set()

    def follow(name, way):
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for needed in sorted(needs.get(name, ())):
            found = follow(needed, [*way, name])
            if found:
                return found
        done.add(name)
        return []

    return next((found for name in sorted(needs) if (found := follow(name, []))), [])


@pytest.mark.parametrize("read", [package, units])
def test_there_is_no_circle(read):
    needs = read()
    assert any(needs.values())
    assert circle(needs) == []


def test_a_circle_is_found():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"d", "b"}, "d": set()}) == ["b", "c", "b"]
