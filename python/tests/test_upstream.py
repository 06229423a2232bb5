"""What programs written for the original rely on."""

import inspect
import os
import pickle
import re

import numpy as np
import pytest

import cache_on_disk as cod
from cache_on_disk import (
    DiskCacher,
    TagNotSetException,
    cache_on_disk,
    clear_cache,
    get_disk_cacher,
    set_prefix,
    set_tag,
    set_tmpdir,
)


class Slopes:
    calls = 0

    @cache_on_disk
    def modes(self, gain=1):
        """The modes."""
        Slopes.calls += 1
        return np.arange(6.0).reshape(2, 3) * gain

    def plain(self):
        pass


class Analyzer:
    def __init__(self):
        self.slopes = Slopes()

    @cache_on_disk
    def title(self):
        return {"a": [1, 2]}


@pytest.fixture(autouse=True)
def count():
    Slopes.calls = 0


def test_without_a_tag_every_call_runs_the_function_and_nothing_is_written(tmp_path):
    analyzer = Analyzer()
    set_tmpdir(analyzer, tmp_path)
    analyzer.slopes.modes(), analyzer.slopes.modes()
    assert Slopes.calls == 2 and not list(tmp_path.iterdir())
    with pytest.raises(TagNotSetException):
        get_disk_cacher(analyzer, analyzer.title).fullpath()


def test_files_have_the_names_and_the_forms_of_the_original(tagged, tmp_path):
    analyzer = tagged(Analyzer())
    analyzer.slopes.modes(), analyzer.title()
    assert np.array_equal(np.load(tmp_path / "cacheT/root.slopes.Slopes.modes.npy"), [[0, 1, 2], [3, 4, 5]])
    assert np.load(tmp_path / "cacheT/root.Analyzer.title.npy", allow_pickle=True) == {"a": [1, 2]}


def test_another_object_reads_what_is_stored(tagged):
    tagged(Analyzer()).slopes.modes()
    again = tagged(Analyzer()).slopes.modes()
    assert Slopes.calls == 1 and not again.flags.writeable and again.base is not None


def test_arguments_take_no_part(tagged, messages):
    slopes = tagged(Slopes())
    assert np.array_equal(slopes.modes(3), slopes.modes(None))
    assert Slopes.calls == 1
    assert [m for m in messages() if "(3)" in m and "(None)" in m]


def test_the_message_on_arguments_comes_once_and_survives_the_process(tagged, messages):
    class Other:
        @cache_on_disk
        def value(self, x=1):
            return x

    tagged(Other()).value(x=1)
    second = tagged(Other())
    second.value(1), second.value()  # the same call
    assert not messages()
    second.value(2), second.value(3)
    assert len(messages()) == 1


def test_prefix_tmpdir_and_tag(tmp_path):
    analyzer = Analyzer()
    set_tmpdir(analyzer, str(tmp_path))
    set_prefix(analyzer, "")
    set_tag(analyzer, "X")
    path = get_disk_cacher(analyzer.slopes, analyzer.slopes.modes).fullpath()
    assert path == f"{tmp_path}/X/root.slopes.Slopes.modes.npy"
    set_tag(analyzer, None)
    analyzer.title()
    assert not list(tmp_path.iterdir())


def test_a_relative_tmpdir_is_kept_as_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    slopes = Slopes()
    set_tmpdir(slopes, "here")
    set_tag(slopes, "T")
    slopes.modes()
    assert get_disk_cacher(slopes, slopes.modes).fullpath() == "here/cacheT/root.Slopes.modes.npy"
    assert (tmp_path / "here/cacheT/root.Slopes.modes.npy").exists()


def test_a_choice_through_tempfile_is_respected(tmp_path, monkeypatch):
    import tempfile

    monkeypatch.delenv("CACHE_ON_DISK_DIR")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    slopes = Slopes()
    set_tag(slopes, "T")
    assert get_disk_cacher(slopes, slopes.modes).fullpath().startswith(str(tmp_path))


def test_the_private_names_programs_reach(tagged, tmp_path):
    analyzer = tagged(Analyzer())
    analyzer.title()
    found = {name: cachers for _, name, cachers in cod._discover_cachers(analyzer)}
    assert set(found) == {"root", "root.slopes"}
    cacher = found["root"][analyzer]
    assert isinstance(cacher, DiskCacher)
    assert (cacher._tag, cacher._prefix, cacher._tmpdir, cacher._funcid) == (
        "T",
        "cache",
        str(tmp_path),
        "root.Analyzer.title",
    )
    assert cacher._data == {"a": [1, 2]}
    assert [name for _, name, _ in cod._discover_cachers(analyzer, "other")] == ["other", "other.slopes"]


def test_get_disk_cacher(tagged):
    slopes = tagged(Slopes())
    paths = {get_disk_cacher(slopes, m).fullpath() for m in (slopes.modes, Slopes.modes, "modes")}
    assert len(paths) == 1
    with pytest.raises(AttributeError, match="Slopes.modes"):
        get_disk_cacher(slopes, slopes.plain)
    assert Slopes.modes.cacher_list[slopes].fullpath() in paths


def test_clear_cache_deletes_what_no_call_has_touched(tagged, entries):
    tagged(Analyzer()).slopes.modes()
    fresh = tagged(Analyzer())
    assert clear_cache(fresh).deleted == 1 and not entries()
    fresh.slopes.modes()
    assert Slopes.calls == 2


def test_a_cacher_on_its_own(tmp_path):
    calls = []

    def square(x):
        calls.append(x)
        return x * x

    cacher = DiskCacher(square)
    assert cacher.execute(2) == 4 and cacher.execute(2) == 4 and len(calls) == 2
    cacher.set_tmpdir(str(tmp_path))
    cacher.set_tag("T", "inst")
    assert cacher.execute(3) == 9 and cacher.execute(3) == 9 and len(calls) == 3
    assert os.path.basename(cacher.fullpath()) == "inst." + square.__qualname__ + ".npy"
    assert os.path.exists(cacher.fullpath())
    cacher.clear_cache()
    assert not os.path.exists(cacher.fullpath())


def test_the_decorated_method_looks_like_the_function():
    method = Slopes.modes
    assert (method.__name__, method.__doc__, method.__qualname__, method.__module__) == (
        "modes",
        "The modes.",
        "Slopes.modes",
        __name__,
    )
    assert list(inspect.signature(method).parameters) == ["self", "gain"]
    assert list(inspect.signature(Slopes().modes).parameters) == ["gain"]
    assert inspect.isfunction(method.__wrapped__)
    assert pickle.loads(pickle.dumps(Slopes)) is Slopes and pickle.loads(pickle.dumps(Slopes.modes)) is Slopes.modes
    method.note = 1  # as help systems do
    assert method.note == 1


def test_the_log_file_has_the_lines_of_the_original(tagged, tmp_path):
    log = tmp_path / "log"
    cod.set_logfile(log)
    cod.set_logfile(log)  # once is enough
    slopes = tagged(Slopes())
    slopes.modes(), slopes.modes()
    tagged(Slopes()).modes()
    clear_cache(slopes)
    lines = log.read_text().splitlines()
    for message in ("calls the function", "saved to", "hit in memory", "read from", "deleted"):
        matching = [line for line in lines if message in line]
        assert len(matching) == 1, message
        assert re.match(r"\d{4}-\d\d-\d\d:\d\d:\d\d:\d\d\.\d{3} T root\.Slopes\.modes ", matching[0])


def test_files_of_the_original_are_used(tagged, tmp_path):
    (tmp_path / "cacheT").mkdir(mode=0o700)
    np.save(tmp_path / "cacheT/root.slopes.Slopes.modes.npy", np.ones(3))
    with open(tmp_path / "cacheT/root.Analyzer.title.npy", "wb") as file:
        pickle.dump("old", file)
    analyzer = tagged(Analyzer())
    assert np.array_equal(analyzer.slopes.modes(), np.ones(3)) and analyzer.title() == "old" and Slopes.calls == 0
