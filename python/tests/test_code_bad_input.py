"""Asking for a fingerprint raises nothing, whatever the sources are like, and costs a bounded amount of work."""

import importlib
import linecache
import os
import sys
import time
import types

import pytest

from cache_on_disk import _code
from cache_on_disk._code import Fingerprint, Unknown, fingerprint, parameters_read, sources
from cache_on_disk._code.sources import source

program = """
LIMIT = 3

def helper(x):
    return x + LIMIT

class A:
    nmodes = 4

    def m(self):
        return helper(self.nmodes)
"""


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Imports a text as a module; its file is an hour old unless it is said to be new."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    names = []

    def do(text, name="program", new=False):
        path = tmp_path / f"{name}.py"
        path.write_text(text)
        if not new:
            an_hour_old(path)
        importlib.invalidate_caches()
        sys.modules.pop(name, None)
        names.append(name)
        return importlib.import_module(name)

    yield do
    for name in names:
        sys.modules.pop(name, None)


def an_hour_old(path):
    os.utime(path, (time.time() - 3600 - begin_before, time.time() - 3600 - begin_before))


begin_before = 86400  # the tests' own process may be older than an hour


def labels(made):
    assert isinstance(made, Fingerprint), made
    return {part.label for part in made.parts}


def test_a_source_that_went_leaves_the_code_object(load, tmp_path):
    module = load(program)
    with_source = fingerprint(module.A.m, module.A)
    module = load(program)
    (tmp_path / "program.py").unlink()
    made = fingerprint(module.A.m, module.A)
    assert with_source.kind == "py1"
    assert made.kind.startswith("py1+")
    assert {"A.m", "helper"} <= labels(made)


def test_a_code_object_tells_edits(load, tmp_path):
    def made(text):
        module = load(text)
        (tmp_path / "program.py").unlink()
        return fingerprint(module.A.m, module.A)

    first = made(program)
    assert made("\n\n# a comment\n" + program).digest == first.digest
    documented = program.replace("def m(self):\n", 'def m(self):\n        """A docstring."""\n')
    assert made(documented).digest == made(documented.replace("A docstring", "Another")).digest
    assert made(program.replace("x + LIMIT", "x - LIMIT")).digest != first.digest
    assert made(program.replace("LIMIT = 3", "LIMIT = 4")).digest != first.digest


@pytest.mark.parametrize(
    "text",
    [
        "def m(self:\n",
        "\x00\x00\x00",
        "class A:\n    def m(self):\n        return (((",
        "\ufeff# only a comment",
        "",
        "return 3",
        "x = " + "(" * 500 + ")" * 500,
        "x = " + "1 + " * 20000 + "1",
        "# coding: nonsense\nx = 1",
    ],
)
def test_a_source_that_is_replaced_by_what_is_not_python(text, load, tmp_path):
    module = load(program)
    (tmp_path / "program.py").write_text(text)
    made = fingerprint(module.A.m, module.A)
    assert isinstance(made, (Fingerprint, Unknown))
    assert parameters_read(module.A.m, module.A) is not None


def test_bytes_that_are_no_text(load, tmp_path):
    module = load(program)
    (tmp_path / "program.py").write_bytes(b"\xff\xfe\x00" * 100)
    assert isinstance(fingerprint(module.A.m, module.A), (Fingerprint, Unknown))


def test_every_half_of_a_file(load, tmp_path):
    module = load(program)
    for length in range(0, len(program), 7):
        (tmp_path / "program.py").write_text(program[:length])
        module.A.m.__code__ = module.A.m.__code__.replace()  # so that it is looked at again
        made = fingerprint(module.A.m, module.A)
        assert isinstance(made, (Fingerprint, Unknown))
        if isinstance(made, Fingerprint) and made.kind == "py1":
            assert "A.m" in labels(made)


def test_a_function_that_was_edited_after_its_import_is_known_by_what_runs(load, tmp_path):
    module = load(program, new=True)
    before = fingerprint(module.A.m, module.A)
    module = load(program, new=True)
    (tmp_path / "program.py").write_text(program.replace("x + LIMIT", "x - LIMIT"))
    made = fingerprint(module.A.m, module.A)
    assert before.kind == "py1"
    assert isinstance(made, Unknown) or made.kind != "py1", "the new text is not what runs"


def test_an_edit_elsewhere_in_the_file_changes_nothing(load, tmp_path):
    module = load(program, new=True)
    before = fingerprint(module.A.m, module.A)
    module = load(program, new=True)
    (tmp_path / "program.py").write_text("import os\n\n\n" + program + "\n\ndef fresh():\n    return os\n")
    made = fingerprint(module.A.m, module.A)
    assert (made.kind, made.digest) == (before.kind, before.digest)


def test_a_file_of_100000_lines_is_too_large_and_is_not_read(load, monkeypatch):
    lines = "\n".join(f"x{i} = {i} + {i % 7}" for i in range(100_000))
    module = load(program + lines)
    read = []
    monkeypatch.setattr(sources, "file_text", read.append)
    assert fingerprint(module.A.m, module.A) == Unknown("too large, not checked")
    assert read == []


def test_many_parts_are_too_many(load):
    functions = (
        "\n".join(f"def f{i}(x):\n    return f{i + 1}(x)\n" for i in range(600)) + "\ndef f600(x):\n    return x\n"
    )
    module = load(
        functions + "class A:\n    def m(self):\n        return f0(1)\n    def n(self):\n        return f300(1)\n"
    )
    assert fingerprint(module.A.m, module.A) == Unknown("too large, not checked")
    assert len(fingerprint(module.A.n, module.A).parts) == 302


def test_what_is_too_large_does_not_depend_on_what_is_known_already(load, tmp_path, monkeypatch):
    from cache_on_disk._code import reach

    module = load(program)
    size = source(module.__file__, None).outline.size
    monkeypatch.setattr(reach, "most_nodes", size - 1)
    assert fingerprint(module.A.m, module.A) == Unknown("too large, not checked")
    monkeypatch.setattr(reach, "most_nodes", size)
    module = load(program)
    assert isinstance(fingerprint(module.A.m, module.A), Fingerprint)


@pytest.mark.parametrize(
    "what", [len, "text", None, 3, object(), print, dict.get, type, [].append, types.SimpleNamespace()]
)
def test_what_is_not_written_in_python_is_unknown(what):
    assert fingerprint(what, None) == Unknown("not written in Python")
    assert parameters_read(what, None) == ()


def test_code_that_was_made_by_exec():
    names = {"__name__": "made"}
    exec(program, names)
    made = fingerprint(names["A"].m, names["A"])
    assert made.kind.startswith("py1+")
    again = {"__name__": "made"}
    exec(program, again)
    other = {"__name__": "made"}
    exec(program.replace("x + LIMIT", "x * LIMIT"), other)
    assert fingerprint(again["A"].m, again["A"]).digest == made.digest
    assert fingerprint(other["A"].m, other["A"]).digest != made.digest


def test_a_name_that_claims_another_file():
    names = {"__name__": "made", "__file__": __file__}
    exec(compile(program, __file__, "exec"), names)
    assert isinstance(fingerprint(names["A"].m, names["A"]), (Fingerprint, Unknown))


def test_entries_of_linecache_that_are_not_what_they_should_be():
    for entry in (None, (), (1,), (1, None, None, ""), (1, None, [1, 2], ""), (1, None, "text", ""), [1, None, [], ""]):
        names = {"__name__": "made"}
        exec(compile(program, "<odd>", "exec"), names)
        linecache.cache["<odd>"] = entry
        try:
            assert isinstance(fingerprint(names["A"].m, names["A"]), (Fingerprint, Unknown))
        finally:
            del linecache.cache["<odd>"]


def test_a_problem_of_our_own_is_no_error_either(load, monkeypatch):
    module = load(program)
    from cache_on_disk._code import finger

    def fails(*args):
        raise ZeroDivisionError

    monkeypatch.setattr(finger.Follower, "begin", fails)
    assert fingerprint(module.A.m, module.A) == Unknown("its code could not be looked at (ZeroDivisionError)")


def test_the_room_knows_nothing_of_the_cache():
    folder = os.path.dirname(_code.__file__)
    for name in os.listdir(folder):
        if name.endswith(".py"):
            with open(os.path.join(folder, name)) as file:
                assert "from .." not in file.read(), name
