"""What a tag may be: text, a path, anything with a text of its own."""

import datetime
import enum
import fractions
import pathlib
import uuid

import numpy as np
import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Loop:
    def __init__(self):
        self.calls = 0

    @cache_on_disk
    def gain(self):
        self.calls += 1
        return 0.5


class Night:
    def __init__(self, day, time):
        self.day, self.time = day, time

    def __str__(self):
        return f"{self.day}/{self.time}"


class Dataset(str, enum.Enum):
    first = "20240101/120000"


class Labelled(str):
    def __str__(self):
        return "a label"


@pytest.mark.parametrize(
    "tag, path",
    [
        ("20240101/120000", "cache20240101/120000"),
        ("/data/night.fits", "cache/data/night.fits"),
        ("a//b/", "cachea/b"),
        (pathlib.Path("/data/x"), "cache/data/x"),
        (pathlib.PurePosixPath("day/1"), "cacheday/1"),
        (3, "cache3"),
        (-1, "cache-1"),
        (np.int64(7), "cache7"),
        (2.5, "cache2.5"),
        (Night("20240101", 12), "cache20240101/12"),
        (Dataset.first, "cache20240101/120000"),
        (Labelled("T"), "cacheT"),
        (np.str_("T"), "cacheT"),
        (datetime.date(2024, 1, 2), "cache2024-01-02"),
        (fractions.Fraction(1, 2), "cache1/2"),
        (uuid.UUID(int=5), "cache00000000-0000-0000-0000-000000000005"),
    ],
)
def test_tags_with_a_text_name_a_directory_and_are_found_again(tmp_path, tag, path):
    for calls in (1, 0):
        loop = Loop()
        cod.set_tmpdir(loop, tmp_path)
        cod.set_tag(loop, tag)
        assert loop.gain() == 0.5 and loop.calls == calls
    file = tmp_path / path / "root.Loop.gain.npy"
    assert file.is_file() and cod.get_disk_cacher(loop, loop.gain).fullpath() == str(file)
    assert cod.explain(loop.gain).state == "memory"
    assert cod.clear_cache(loop).deleted == 1 and not file.exists()


def test_a_cacher_takes_the_same_tags(tmp_path):
    cacher = cod.DiskCacher(lambda: 5)
    cacher.set_tmpdir(tmp_path)
    cacher.set_tag(Night("day", 1), "one")
    assert cacher.execute() == 5 and cacher.fullpath().startswith(f"{tmp_path}/cacheday/1/one.")


class Nameless:
    pass


class Failing:
    def __str__(self):
        raise RuntimeError("no text")


@pytest.mark.parametrize(
    "tag",
    [
        b"T",
        bytearray(b"T"),
        memoryview(b"T"),
        ["T"],
        ("T",),
        {"T": 1},
        {"T"},
        Nameless(),
        object(),
        lambda: "T",
        Nameless().__init__,
        Failing(),
    ],
)
def test_what_has_no_text_of_its_own_is_no_tag(tag):
    with pytest.raises(cod.InvalidTypeError, match="text"):
        cod.set_tag(Loop(), tag)


@pytest.mark.parametrize(
    "tag, told",
    [
        ("", "empty, as a variable that is not set gives it"),
        ("/", "nothing but '/'"),
        ("..", "'..'"),
        ("a/../b", "'..'"),
        (pathlib.Path("../x"), "'..'"),
        ("a\n", r"'\\n' \(0x0a\), at place 7"),
        ("day/a\x1b", "0x1b"),
        ("a/.hidden", "dot"),
        ("a/" + "x" * 300, "255 bytes"),
        ("/".join("x" * 1500), "2000 bytes"),
    ],
)
def test_what_cannot_name_a_directory_is_told_in_a_sentence(tag, told):
    with pytest.raises(cod.InvalidValueError, match=told):
        cod.set_tag(Loop(), tag)


@pytest.mark.parametrize("prefix, path", [("day/", "day/T"), ("/day/", "day/T"), ("", "T"), ("a/b", "a/bT")])
def test_prefixes_may_be_paths(tmp_path, prefix, path):
    loop = Loop()
    cod.set_tmpdir(loop, tmp_path)
    cod.set_prefix(loop, prefix)
    cod.set_tag(loop, "T")
    loop.gain()
    assert (tmp_path / path / "root.Loop.gain.npy").is_file()


def test_tags_in_one_another_are_strangers(tmp_path):
    loops = {tag: Loop() for tag in ("T", "T/a", "T/a/b")}
    for tag, loop in loops.items():
        cod.set_tmpdir(loop, tmp_path)
        cod.set_tag(loop, tag)
        loop.gain()
    cod.clear_cache(loops["T/a"])
    assert sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.npy")) == [
        "cacheT/a/b/root.Loop.gain.npy",
        "cacheT/root.Loop.gain.npy",
    ]


def test_an_entry_moved_to_another_path_of_the_same_last_part_is_not_read(tmp_path):
    one, other = Loop(), Loop()
    for loop, tag in ((one, "a/T"), (other, "b/T")):
        cod.set_tmpdir(loop, tmp_path)
        cod.set_tag(loop, tag)
    one.gain()
    (tmp_path / "cacheb").mkdir(mode=0o700)
    (tmp_path / "cachea/T").rename(tmp_path / "cacheb/T")
    assert other.gain() == 0.5 and other.calls == 1
