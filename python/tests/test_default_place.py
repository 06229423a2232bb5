"""Where values go when nobody has said where, and another user was there first."""

import os
import tempfile

import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give a directory away")
somebody_else = 54321


class Loop:
    @cache_on_disk
    def gain(self):
        return 0.5


@pytest.fixture
def shared(tmp_path, monkeypatch):
    """A directory that all users share, as /tmp is."""
    for name in ("CACHE_ON_DISK_DIR", "TEMP", "TMP"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "shared"
    path.mkdir()
    path.chmod(0o1777)
    monkeypatch.setattr(tempfile, "tempdir", str(path))
    return path


def path_of(tag, **settings):
    loop = Loop()
    if "trust" in settings:
        cod.set_trust(loop, settings["trust"])
    cod.set_tag(loop, tag)
    loop.gain()
    return cod.get_disk_cacher(loop, "gain").fullpath()


def take(path, mode=0o755):
    path.mkdir(parents=True)
    path.chmod(mode)
    os.chown(path, somebody_else, somebody_else)


def test_a_name_that_is_free_is_taken(shared):
    assert path_of("T") == f"{shared}/cacheT/root.Loop.gain.npy"


@needs_root
@pytest.mark.parametrize(
    "tag, taken",
    [
        ("T", "cacheT"),
        ("day/1", "cacheday"),
        ("day/1", "cacheday/1"),
        ("/data/x", "cache"),
        ("/data/x", "cache/data/x"),
    ],
)
@pytest.mark.parametrize("mode", [0o755, 0o700, 0o777])
def test_beside_a_directory_of_another_user_the_own_one_is_used(shared, tag, taken, mode, messages):
    take(shared / taken, mode)
    if taken.count("/"):  # what leads there is root's, who everybody trusts
        (shared / taken).parent.chmod(0o755)
    own = shared / f".cache-on-disk-{os.geteuid()}"
    path = path_of(tag)
    assert path.startswith(f"{own}/cache") and os.path.isfile(path) and not messages()
    assert oct(own.stat().st_mode & 0o777) == "0o700"
    loop = Loop()
    cod.set_tag(loop, tag)
    assert cod.explain(loop.gain).state == "disk" and cod.get_disk_cacher(loop, "gain")._tmpdir == str(own)


@needs_root
def test_links_and_files_of_others_in_the_way_are_avoided_too(shared, messages):
    (shared / "elsewhere").mkdir()
    os.symlink("elsewhere", shared / "cacheA")
    (shared / "cacheB").write_text("")
    for name in ("cacheA", "cacheB"):
        os.chown(shared / name, somebody_else, somebody_else, follow_symlinks=False)
        assert os.path.isfile(path_of(name[5:])) and not messages()
    assert list((shared / "elsewhere").iterdir()) == []


@needs_root
def test_values_stay_where_they_were_when_the_other_is_gone(shared):
    take(shared / "cacheT")
    path = path_of("T")
    (shared / "cacheT").rmdir()
    assert path_of("T") == path
    (shared / "cacheT").mkdir(mode=0o700)
    assert path_of("T") == f"{shared}/cacheT/root.Loop.gain.npy"


@needs_root
def test_an_own_directory_that_is_another_users_is_not_used(shared, messages):
    take(shared / "cacheT")
    take(shared / f".cache-on-disk-{os.geteuid()}")
    assert path_of("T") == f"{shared}/cacheT/root.Loop.gain.npy"
    (told,) = messages()
    assert "set_trust" in told and "CACHE_ON_DISK_DIR" in told and f"uid {somebody_else}" in told


@needs_root
def test_who_shares_means_the_others_directory(shared):
    take(shared / "cacheT", 0o777)
    assert path_of("T", trust="plain") == f"{shared}/cacheT/root.Loop.gain.npy"


@needs_root
def test_a_directory_that_was_named_is_the_one_used(shared, messages):
    take(shared / "cacheT")
    loop = Loop()
    cod.set_tmpdir(loop, shared)
    cod.set_tag(loop, "T")
    loop.gain()
    assert (
        cod.get_disk_cacher(loop, "gain").fullpath() == f"{shared}/cacheT/root.Loop.gain.npy" and len(messages()) == 1
    )
