"""Telling what happened, and managing what is stored."""

import os
import shutil
import stat
import subprocess
import sys

import numpy as np
import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Part:
    def __init__(self, x=1):
        self.x, self.calls = x, 0

    @cache_on_disk
    def m(self):
        self.calls += 1
        return np.full(3, self.x)

    @cache_on_disk
    def fails(self):
        raise ValueError("never")

    @cache_on_disk
    def needs(self, argument):
        return argument


class Root:
    def __init__(self):
        self.parts = [Part(i) for i in range(4)]


def test_statistics_count_what_happened(tagged):
    root = tagged(Root())
    root.parts[0].m(), root.parts[1].m(), tagged(Root()).parts[0].m()
    method = {m.method: m for m in cod.statistics(root).methods}["Part.m"]
    assert (method.objects, method.computed, method.stored, method.from_disk) == (4, 2, 2, 0)
    assert cod.statistics(root.parts[0].m).computed == 1 and cod.statistics(root.parts[2].m).computed == 0
    assert "Part.m" in str(cod.statistics(root)) and "<td>Part.m</td>" in cod.statistics(root)._repr_html_()


def test_statistics_of_one_object_add_up_over_its_calls(tagged):
    one, other = (tagged(Part(i)) for i in (1, 2))
    one.m()
    first = cod.statistics(one.m)
    assert (first.objects, first.computed, first.stored, first.from_disk, first.from_memory) == (1, 1, 1, 0, 0)
    assert first.bytes_written > 100 and first.bytes_read == 0 and first.seconds_saved == 0 < first.seconds_computing
    cod.refresh(one.m)
    one.m()
    second = cod.statistics(one.m)
    assert (second.computed, second.stored, second.bytes_written) == (2, 2, 2 * first.bytes_written)
    assert second.seconds_computing > first.seconds_computing
    other.m()
    read = cod.statistics(other.m)
    assert (read.computed, read.from_disk, read.stored, read.bytes_read) == (
        0,
        1,
        0,
        first.bytes_written,
    ) and read.seconds_saved > 0
    tagged(one, "another")
    assert cod.statistics(one.m).computed == 0


def test_calls_without_a_tag_are_told_of(tagged):
    root = tagged(Root())
    forgotten = Part()
    forgotten.m()
    assert any("test_managing.py" in site for site in cod.statistics(root).untagged_calls)


def test_explain_tells_why(tagged, tmp_path):
    part = Part()
    assert cod.explain(part.m).state == "untagged"
    tagged(part)
    missing = cod.explain(part.m)
    assert (missing.state, missing.path) == ("missing", f"{tmp_path}/cacheT/root.Part.m.npy")
    part.m()
    assert cod.explain(part.m).state == "memory"
    stored = cod.explain(tagged(Part()).m)
    assert (
        stored.state == "disk"
        and stored.type == "npy <i8 1"
        and stored.size == os.path.getsize(stored.path)
        and stored.age < 60
    )
    everything = cod.explain(tagged(Root()))
    assert len(everything) == 12 and "root.parts[0].Part.m" in str(everything) and "<table>" in everything._repr_html_()


def test_clear_cache_takes_away_what_a_writer_that_is_gone_has_left(tagged, entries, tmp_path):
    root = tagged(Root())
    root.parts[0].m()
    left, young = (tmp_path / "cacheT" / f".tmp-000000000000000{i}" for i in (1, 2))
    for path in (left, young):
        path.write_bytes(b"half of an entry")
    os.utime(left, (1e9, 1e9))
    assert cod.clear_cache(root).deleted == 1
    assert not entries() and not left.exists() and young.exists()


def test_refresh_put_and_clear_one_method(tagged, entries):
    part = tagged(Part())
    part.m()
    cod.refresh(part.m)
    part.x = 2
    assert part.m()[0] == 2 and part.calls == 2 and tagged(Part()).m()[0] == 2
    mine = np.zeros(3)
    cod.put(part.m, mine)
    mine[0] = 7
    assert part.m()[0] == 0 and tagged(Part()).m()[0] == 0
    part = tagged(Part(5))
    assert cod.clear_cache(part.m).deleted == 1 and not entries() and part.m()[0] == 5


@pytest.mark.parametrize("workers", [None, 1, 3])
def test_warm_computes_what_is_missing_and_collects_errors(tagged, workers, capsys):
    root = tagged(Root())
    root.parts[0].m()
    warmed = cod.warm(root, workers=workers)
    assert warmed.computed == 3 and warmed.found == 1 and len(warmed.skipped) == 4
    assert {type(e) for e in warmed.errors.values()} == {ValueError} and "root.parts[3].Part.fails" in warmed.errors
    assert [part.calls for part in root.parts] == [1] * 4
    assert capsys.readouterr().err
    cod.warm(tagged(Root()), progress=False)
    assert not capsys.readouterr().err


class Unsendable(Exception):
    def __reduce__(self):
        raise TypeError("no pickle")


class Worker:
    """Its values tell the process that computed them."""

    def __init__(self, part=None):
        self.part = part

    @cache_on_disk
    def process(self):
        return (os.getpid(), None if self.part is None else self.part.process())

    @cache_on_disk
    async def slow(self):
        return os.getpid()

    @cache_on_disk
    def fails(self):
        raise Unsendable("what went wrong") if self.part is None else ValueError("never")


@pytest.mark.parametrize("processes", [True, "spawn"])
def test_warm_in_processes_that_know_tags_and_names(tagged, entries, processes):
    root = tagged(Worker(Worker()))
    cod.set_tag(root.part, "U")  # names and tags are sent as they are
    warmed = cod.warm(root, workers=2, progress=False, processes=processes)
    assert warmed.computed == 4 and set(warmed.errors) == {"root.Worker.fails", "root.part.Worker.fails"}
    assert type(warmed.errors["root.Worker.fails"]) is ValueError
    assert "what went wrong" in str(warmed.errors["root.part.Worker.fails"])
    assert entries("T") == ["root.Worker.process.npy", "root.Worker.slow.npy"]
    assert entries("U") == ["root.Worker.process.npy", "root.Worker.slow.npy"]
    process, nested = root.process()
    assert process != os.getpid() and nested == root.part.process() and nested[0] != os.getpid()
    assert cod.warm(root, progress=False, processes=processes).found == 4


def test_warm_in_processes_tells_of_what_could_not_be_stored(tagged, tmp_path):
    root = tagged(Worker())
    (tmp_path / "cacheT").write_text("in the way")
    warmed = cod.warm(root, progress=False, processes=True)
    assert warmed.computed == 0 and "could not be stored" in str(warmed.errors["root.Worker.process"])


@pytest.mark.parametrize(
    "argument, error",
    [
        ({"workers": 0}, ValueError),
        ({"workers": "2"}, TypeError),
        ({"processes": "threads"}, ValueError),
        ({"processes": 3}, TypeError),
    ],
)
def test_warm_refuses_bad_arguments(argument, error):
    with pytest.raises(error):
        cod.warm(Worker(), **argument)


def test_a_directory_that_others_can_write_is_not_believed(tagged, tmp_path, messages):
    directory = tmp_path / "cacheT"
    directory.mkdir()
    directory.chmod(0o777)
    np.save(directory / "root.Part.m.npy", np.zeros(3))
    assert tagged(Part(4)).m()[0] == 4 and len(messages()) == 1 and "cacheT" in messages()[0]
    directory.chmod(0o700)
    assert tagged(Part(4), "T").m()[0] == 0


def test_directories_and_files_are_private(tagged, tmp_path):
    tagged(Part()).m()
    assert stat.S_IMODE((tmp_path / "cacheT").stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE((tmp_path / "cacheT/root.Part.m.npy").stat().st_mode) == 0o600


def test_a_planted_link_is_not_followed(tagged, tmp_path):
    target = tmp_path / "precious"
    target.write_text("mine")
    (tmp_path / "cacheT").mkdir(mode=0o700)
    (tmp_path / "cacheT/root.Part.m.npy").symlink_to(target)
    assert tagged(Part(1)).m()[0] == 1 and target.read_text() == "mine"


def test_switches(tagged, entries):
    cod.set_options(mode="readonly")
    part = tagged(Part())
    part.m(), part.m()
    assert part.calls == 1 and not entries()
    cod.set_options(mode="off")
    part = tagged(Part())
    part.m(), part.m()
    assert part.calls == 2
    cod.set_options(mode="on", legacy="refuse", max_wait=1.5)
    assert cod.get_options()["max_wait"] == 1.5 and cod.get_options()["mode"] == "on"


def test_lost_locks_are_passed_over_after_an_hour_or_as_said():
    assert cod.get_options()["lost_lock_after"] == 3600
    cod.set_options(lost_lock_after=None)
    assert cod.get_options()["lost_lock_after"] is None
    cod.set_options(lost_lock_after=2.5)
    assert cod.get_options()["lost_lock_after"] == 2.5
    with pytest.raises(ValueError):
        cod.set_options(lost_lock_after=-1)
    assert cod.get_options()["lost_lock_after"] == 2.5


def test_warnings_as_errors_disturb_no_call(tmp_path):
    code = (
        "import cache_on_disk as c\nclass A:\n    @c.cache_on_disk\n    def m(self): yield 1\n"
        "a = A(); c.set_tmpdir(a, '/dev/null/x'); c.set_tag(a, 'T'); print(list(a.m()))"
    )
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert result.stdout == "[1]\n" and result.returncode == 0


@pytest.mark.parametrize("how", ["script", "module", "spawn"])
def test_main_counts_as_the_name_it_was_started_as(tmp_path, how):
    (tmp_path / "analysis.py").write_text(
        "import sys\nimport multiprocessing\nfrom cache_on_disk import *\n"
        "class A:\n    @cache_on_disk\n    def m(self):\n        print('computing', flush=True)\n        return 1\n"
        "def run(directory):\n    a = A()\n    set_tmpdir(a, directory)\n    set_tag(a, 'T')\n    a.m()\n"
        "if __name__ == '__main__':\n"
        "    if sys.argv[2:]:\n        p = multiprocessing.get_context('spawn').Process(target=run, args=(sys.argv[1],))\n"
        "        p.start()\n        p.join()\n    else:\n        run(sys.argv[1])\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}

    def run(*arguments):
        return subprocess.run(
            [sys.executable, *arguments], env=environment, cwd=tmp_path, capture_output=True, text=True
        ).stdout

    assert run("-c", f"import analysis; analysis.run({str(tmp_path)!r})") == "computing\n"
    second = {
        "script": ["analysis.py", str(tmp_path)],
        "module": ["-m", "analysis", str(tmp_path)],
        "spawn": ["analysis.py", str(tmp_path), "spawn"],
    }[how]
    assert run(*second) == ""


@pytest.mark.as_shipped
def test_the_extension_needs_the_c_and_cpp_libraries_only():
    if shutil.which("readelf") is None:
        pytest.skip("no readelf here")
    output = subprocess.check_output(["readelf", "--wide", "--dynamic", cod._core.__file__], text=True)
    needed = {line.split("[")[1].split("]")[0] for line in output.splitlines() if "(NEEDED)" in line}
    # The loader is a part of libc, and so are libm and libpthread.
    loader = {name for name in needed if name.startswith("ld-linux")}
    assert (
        needed - loader <= {"libc.so.6", "libm.so.6", "libpthread.so.0", "libstdc++.so.6", "libgcc_s.so.1"}
        and "libc.so.6" in needed
    )


@pytest.mark.skipif(sys.version_info < (3, 13), reason="before 3.13 there is no Python without the interpreter lock")
def test_the_module_keeps_the_interpreter_lock_on():
    code = "import sys, cache_on_disk; print(sys._is_gil_enabled())"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    environment.pop("PYTHON_GIL", None)
    assert subprocess.check_output([sys.executable, "-c", code], text=True, env=environment).split() == ["True"]
    # What a Python without the lock would see: the slot Py_mod_gil is absent, or says that the lock is used.
    import ctypes

    class Definition(ctypes.Structure):  # PyModuleDef
        _fields_ = [
            ("base", ctypes.c_void_p * 5),
            ("name", ctypes.c_char_p),
            ("doc", ctypes.c_char_p),
            ("size", ctypes.c_ssize_t),
            ("methods", ctypes.c_void_p),
            ("slots", ctypes.POINTER(ctypes.c_void_p * 2)),
        ]

    initialise = ctypes.PyDLL(cod._core.__file__).PyInit__core
    initialise.restype = ctypes.c_void_p
    definition = Definition.from_address(initialise())
    assert definition.name in (b"_core", b"cache_on_disk._core")
    slots, i = {}, 0
    while definition.slots[i][0]:
        slots[definition.slots[i][0] & 0xFFFFFFFF] = definition.slots[i][1]
        i += 1
    py_mod_exec, py_mod_gil = 2, 4
    assert py_mod_exec in slots and not slots.get(py_mod_gil)  # Py_MOD_GIL_USED is 0


def test_importing_brings_no_slow_modules_along():
    code = "import sys, numpy; before = set(sys.modules); import cache_on_disk; print(*(set(sys.modules) - before))"
    output = subprocess.check_output(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, text=True
    )
    assert not {"asyncio", "concurrent.futures", "dataclasses", "logging", "multiprocessing"} & set(output.split())
