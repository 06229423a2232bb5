"""Whose value it is, by how a program was started: scripts, `-m`, imports, standard input."""

import collections
import decimal
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest

from cache_on_disk import _main_classes

BODY = """
import sys
from cache_on_disk import cache_on_disk, set_tag, set_tmpdir
class Fit:
    def __init__(self, text): self.text = text
class Analyzer:
    @cache_on_disk
    def fit(self):
        print("computing", end=" ")
        return Fit({text!r})
def main(directory):
    a = Analyzer()
    set_tmpdir(a, directory)
    set_tag(a, "T")
    value = a.fit()
    print(value.text, type(value) is Fit, type(value).__module__)
if __name__ == "__main__": main(sys.argv[1])
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "cache").mkdir(mode=0o700)

    def start(*arguments, cwd=tmp_path, text=None):
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=cwd,
            input=text,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )
        assert done.returncode == 0, done.stderr
        assert "not stored" not in done.stderr
        return done.stdout.split()

    return start


def script(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(BODY.format(text=text))
    return str(path)


@pytest.fixture
def package(tmp_path):
    script(tmp_path / "pkg" / "mod.py", "value")
    (tmp_path / "pkg" / "__init__.py").touch()
    return tmp_path / "pkg"


WAYS = {
    "script": ["pkg/mod.py", "cache"],
    "module": ["-m", "pkg.mod", "cache"],
    "import": ["-c", "import pkg.mod as m; m.main('cache')"],
}


@pytest.mark.parametrize("first", WAYS)
def test_a_script_a_module_and_an_import_are_one_and_have_their_own_classes(run, package, first):
    assert run(*WAYS[first])[:2] == ["computing", "value"]
    for way, arguments in WAYS.items():
        assert run(*arguments) == ["value", "True", "pkg.mod" if way == "import" else "__main__"], way


def test_a_plain_script_and_its_import_are_one(run, tmp_path):
    script(tmp_path / "job.py", "value")
    assert run("job.py", "cache")[0] == "computing"
    assert run("-c", "import job; job.main('cache')") == ["value", "True", "job"]
    assert run("-m", "job", "cache") == ["value", "True", "__main__"]


def test_classes_within_arrays_and_containers_and_functions_are_the_programs_own(run, package):
    text = (
        (package / "mod.py")
        .read_text()
        .replace("return Fit('value')", "return made()")
        .replace(
            "class Analyzer:",
            """
import numpy as np
def helper(): pass
class Outer:
    class Inner(Fit): pass
def made():
    a = np.empty(2, object)
    a[0], a[1] = Outer.Inner("value"), [Fit, helper, "__main__", {"__main__": (Fit("x"),)}]
    return a
def check(a):
    assert type(a[0]) is Outer.Inner and a[1][0] is Fit and a[1][1] is helper and a[1][2] == "__main__", a
    assert list(a[1][3]) == ["__main__"] and type(a[1][3]["__main__"][0]) is Fit, a
    return Fit("checked")
class Analyzer:""",
        )
        .replace("value = a.fit()", "value = check(a.fit())")
    )
    (package / "mod.py").write_text(text)
    assert run(*WAYS["script"])[:2] == ["computing", "checked"]
    for way, arguments in WAYS.items():
        assert run(*arguments)[:2] == ["checked", "True"], way


def test_classes_beside_large_values_are_the_programs_own(run, package):
    """Large bytes and texts are not names of modules, whatever they hold; what comes behind them is looked at all the same."""
    text = (
        (package / "mod.py")
        .read_text()
        .replace("return Fit('value')", "return made()")
        .replace(
            "class Analyzer:",
            """
import numpy as np
def made():
    return [np.zeros(20_000), b"__main__" * 20_000, Fit("a"), "__mp_main__ " * 10_000, np.ones(2), {"k": (Fit("b"), np.arange(9_000.))}, Fit]
def check(got):
    for one, other in zip(got, made()):
        assert type(one) is type(other), one
        if not isinstance(one, (Fit, dict)):
            assert np.array_equal(one, other), one
    assert len(got) == 7 and type(got[5]["k"][0]) is Fit and got[5]["k"][1].sum() == sum(range(9_000)) and got[6] is Fit
    return Fit("checked")
class Analyzer:""",
        )
        .replace("value = a.fit()", "value = check(a.fit())")
    )
    (package / "mod.py").write_text(text)
    assert run(*WAYS["script"])[:2] == ["computing", "checked"]
    for way, arguments in WAYS.items():
        assert run(*arguments)[:2] == ["checked", "True"], way


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_large_pickles_of_all_protocols_are_read_where_the_main_module_has_a_name(protocol, monkeypatch):
    monkeypatch.setattr(_main_classes, "_importable_name", lambda: "a_name_of_nobody")
    value = [
        "line\n" * 5,
        b"bytes\n" * 50_000,
        collections.OrderedDict(a=1.5),
        "text" * 50_000,
        list(range(3000)),
        decimal.Decimal(3),
    ] * 2
    array = np.arange(20_000.0)
    for data in (pickle.dumps([value, array], protocol), memoryview(pickle.dumps([value, array], protocol))):
        got, elements = _main_classes.loads(data)
        assert got == value and type(got[2]) is collections.OrderedDict and np.array_equal(elements, array)


def test_a_module_loaded_under_both_names_keeps_two_classes(run, package):
    (package / "both.py").write_text("""
import sys
from pkg import mod
import pkg.both as other
from cache_on_disk import cache_on_disk, set_tag, set_tmpdir
class Fit: pass
class Analyzer:
    def __init__(self, kind): self.kind = kind
    @cache_on_disk(by_arguments=True)
    def fit(self, name): return self.kind()
if __name__ == "__main__":
    for name, kind in (("mine", Fit), ("other", other.Fit)):
        a = Analyzer(kind); set_tmpdir(a, "cache"); set_tag(a, "T")
        print(type(a.fit(name)) is kind, end=" ")
""")
    assert run("-m", "pkg.both") == ["True", "True"]


def test_two_scripts_of_one_name_keep_their_own_values(run, tmp_path):
    for name in "ab":
        assert run(script(tmp_path / name / "run.py", name), "cache")[:2] == ["computing", name]
    for name in "ab":
        assert run(str(tmp_path / name / "run.py"), "cache")[0] == name


def test_two_scripts_that_differ_only_outside_the_class_keep_their_own_values(run, tmp_path):
    for name in "ab":
        path = script(tmp_path / name / "run.py", "x")
        with open(path, "r+") as file:
            text = file.read().replace("Fit('x')", "Fit(OTHER)")
            file.seek(0)
            file.write(f"OTHER = {name!r}\n{text}")
        assert run(path, "cache")[:2] == ["computing", name]


def test_a_script_may_be_edited_moved_and_copied(run, tmp_path):
    path = script(tmp_path / "a" / "run.py", "value")
    run(path, "cache")
    with open(path, "a") as file:
        file.write("# a remark\n")
    assert run(path, "cache")[0] == "value", "as before: the path is the same"
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "run.py").write_text(BODY.format(text="value"))
    assert run(str(tmp_path / "b" / "run.py"), "cache")[0] == "value", "the text is the one that was stored"


def test_what_tells_no_program_serves_every_script(run, tmp_path):
    script(tmp_path / "run.py", "imported")
    run("-c", "import run; run.main('cache')")
    assert run(script(tmp_path / "b" / "run.py", "other"), "cache")[0] == "imported", "as entries of 0.1.0 do"


@pytest.mark.parametrize("ways", [("-",), ("-c", None)])
def test_two_programs_without_a_file_keep_their_own_values(run, ways):
    def start(text):
        program = BODY.format(text=text).replace("sys.argv[1]", "'cache'")
        return run("-c", program) if len(ways) == 2 else run("-", text=program)

    for text in "ce":
        assert start(text)[:2] == ["computing", text]
    for text in "ce":
        assert start(text)[0] == text


def test_two_programs_without_a_file_may_differ_in_a_helper_or_a_constant_of_the_class(run):
    base = (
        BODY.format(text="x").replace("sys.argv[1]", "'cache'").replace("Fit('x')", "Fit(self.scale + self.helper())")
    )
    for scale, helper in (("1", "a"), ("2", "a"), ("2", "b")):
        program = base.replace(
            "class Analyzer:", f"class Analyzer:\n    scale = {scale!r}\n    def helper(self): return {helper!r}"
        )
        assert run("-", text=program)[:2] == ["computing", scale + helper]


def test_a_class_without_a_file_may_count_its_objects(run):
    program = """
import sys
from cache_on_disk import cache_on_disk, set_tag, set_tmpdir
class Picky(type):
    def __eq__(self, other): raise TypeError
class Analyzer(metaclass=Picky):
    count, last = 0, "nobody"
    def __init__(self, name):
        type(self).count, type(self).last = self.count + 1, name
    @cache_on_disk
    def fit(self):
        print("computing", end=" ")
        return [1]
for name in "abc":
    a = Analyzer(name)
    set_tmpdir(a, sys.argv[1])
    set_tag(a, "T")
    a.fit()
"""
    assert run("-c", program, "cache") == ["computing"]
    assert run("-c", program, "cache") == []


def test_a_class_without_a_file_may_be_changed(run):
    program = """
import sys
from cache_on_disk import cache_on_disk, set_tag, set_tmpdir
class Analyzer:
    scale, offset = 2, 1
    def __init__(self): self.offset = 5
    def helper(self): return 1
    @cache_on_disk
    def fit(self): return self.scale * self.helper()
def ask():
    a = Analyzer()
    set_tmpdir(a, sys.argv[1])
    set_tag(a, "T")
    print(a.fit())
ask()
Analyzer.scale = 3
ask()
Analyzer.helper = lambda self: 5
ask()
"""
    for _ in range(2):
        assert run("-c", program, "cache") == ["2", "3", "15"]


def test_an_identity_stands_for_the_program(run, tmp_path):
    for name in "ab":
        path = script(tmp_path / name / "run.py", name)
        with open(path) as file:
            text = file.read().replace("@cache_on_disk", "@cache_on_disk(identity='one')")
        with open(path, "w") as file:
            file.write(text)
    assert run(str(tmp_path / "a" / "run.py"), "cache")[1] == "a"
    assert run(str(tmp_path / "b" / "run.py"), "cache")[0] == "a"


def test_a_class_is_searched_for_its_home_once_a_walk_however_many_methods_it_has(run, tmp_path):
    (tmp_path / "script.py").write_text(
        "from cache_on_disk import _origins, cache_on_disk, set_tag, set_tmpdir\n"
        "searched, search = [], _origins._home_of\n"
        "_origins._home_of = lambda cls: searched.append(cls.__name__) or search(cls)\n"
        "class Many:\n"
        + "".join(f"    @cache_on_disk\n    def m{i}(self): return {i}\n" for i in range(9))
        + "class More(Many):\n    @cache_on_disk\n    def n(self): return 9\n"
        "root = [Many(), Many(), More()]\n"
        "set_tmpdir(root, 'cache')\n"
        "searched.clear()\n"
        "set_tag(root, 'T')\n"
        "print(*sorted(searched), root[2].n(), root[1].m8())\n"
    )
    assert run("script.py") == ["Many", "More", "9", "8"]
