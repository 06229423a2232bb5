"""What is known of source files lies beside the entries, is believed as they are, and is never an error."""

import json
import os
import time

import pytest
from test_code_bad_input import an_hour_old, load, program  # noqa: F401 (a fixture)

from cache_on_disk._code import Fingerprint, fingerprint, reading, sidecars, sources


@pytest.fixture
def settled(monkeypatch):
    """Files that have just been written are taken for settled."""
    monkeypatch.setattr(sidecars, "_settled", -1.0)


@pytest.fixture
def reads(monkeypatch):
    """The paths whose text is read."""
    found = []
    real = sources.file_text
    monkeypatch.setattr(sources, "file_text", lambda path: (found.append(os.path.basename(path)), real(path))[1])
    return found


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "sidecars"


def forget():
    """As a new process does."""
    sources._known.clear()


def made_of(module, folder):
    module.A.m.__code__ = module.A.m.__code__.replace()  # the fingerprint that memory has is of another code object
    forget()
    made = fingerprint(module.A.m, module.A, folder)
    assert isinstance(made, Fingerprint), made
    return made


def test_the_second_process_reads_no_source(load, folder, settled, reads):  # noqa: F811
    module = load(program)
    first = made_of(module, folder)
    assert reads == ["program.py"]
    second = made_of(module, folder)
    assert reads == ["program.py"]
    assert second == first
    assert len(list(folder.iterdir())) == 1


def test_a_sidecar_is_data_that_only_its_owner_may_touch(load, folder, settled):  # noqa: F811
    made_of(load(program), folder)
    (sidecar,) = folder.iterdir()
    assert sidecar.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    head, body = sidecar.read_bytes().splitlines()
    assert json.loads(head)[0] == 1
    assert json.loads(body)


def test_an_outline_is_the_same_after_it_has_been_kept():
    with open(__file__) as file:
        outline = reading.outline(file.read())
    from cache_on_disk._code.outline import Outline

    kept = Outline(*json.loads(json.dumps(outline)))
    assert json.dumps(kept) == json.dumps(outline)
    assert kept.class_units("none") == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"helper", b"hacker"),
        lambda data: data + b"x",
        lambda data: b"\n" + data,
        lambda data: data.replace(b"[1,", b"[2,", 1),
        lambda data: data.replace(b"py1", b"py0", 1),
        lambda data: b"\x80\x04." + data,
        lambda data: b"[" * 100_000,
        lambda data: b"null\nnull",
        lambda data: bytes(len(data)),
    ],
)
def test_a_damaged_sidecar_is_as_one_that_is_not_there(damage, load, folder, settled, reads):  # noqa: F811
    module = load(program)
    whole = made_of(module, folder)
    (sidecar,) = folder.iterdir()
    good = sidecar.read_bytes()
    sidecar.write_bytes(damage(good))
    assert made_of(module, folder) == whole
    assert reads == ["program.py"] * 2
    assert sidecar.read_bytes() == good, "it is replaced"


def test_every_cut_and_every_flipped_byte(load, folder, settled):  # noqa: F811
    module = load(program)
    whole = made_of(module, folder)
    (sidecar,) = folder.iterdir()
    good = sidecar.read_bytes()
    for place in range(0, len(good), 41):
        for data in (good[:place], good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]):
            sidecar.write_bytes(data)
            assert made_of(module, folder) == whole


def test_a_sidecar_with_a_good_sum_and_an_odd_outline(load, folder, settled):  # noqa: F811
    module = load(program)
    whole = made_of(module, folder)
    (sidecar,) = folder.iterdir()
    stamp = sources.stamp_of(module.__file__)
    for body in (
        b"null",
        b"[]",
        b"{}",
        b"[1,2,3,4,5,6,7]",
        b'[{"A.m":3},{},{},[],[],"",1]',
        b'[{"A.m":[[1,2]]},{},{},[],[],"",1]',
    ):
        sidecar.write_bytes(json.dumps(sidecars._head(module.__file__, stamp, body)).encode() + b"\n" + body)
        assert made_of(module, folder) == whole, body


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_sidecar_of_another_user_is_not_believed(load, folder, settled, reads):  # noqa: F811
    module = load(program)
    made_of(module, folder)
    (sidecar,) = folder.iterdir()
    os.chown(sidecar, 12345, 12345)
    made_of(module, folder)
    assert reads == ["program.py"] * 2


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_sidecar_that_others_may_write_is_not_believed(mode, load, folder, settled, reads):  # noqa: F811
    module = load(program)
    made_of(module, folder)
    (sidecar,) = folder.iterdir()
    sidecar.chmod(mode)
    made_of(module, folder)
    assert reads == ["program.py"] * 2


def test_a_directory_that_others_may_write_is_not_used(load, folder, settled, reads):  # noqa: F811
    folder.mkdir()
    folder.chmod(0o777)
    module = load(program)
    made_of(module, folder)
    made_of(module, folder)
    assert reads == ["program.py"] * 2
    assert list(folder.iterdir()) == []


def test_a_link_is_not_followed(load, folder, settled, reads, tmp_path):  # noqa: F811
    module = load(program)
    made_of(module, folder)
    (sidecar,) = folder.iterdir()
    sidecar.rename(tmp_path / "elsewhere")
    sidecar.symlink_to(tmp_path / "elsewhere")
    made_of(module, folder)
    assert reads == ["program.py"] * 2


def test_a_fifo_or_directory_in_its_place_does_no_harm(load, folder, settled):  # noqa: F811
    module = load(program)
    whole = made_of(module, folder)
    (sidecar,) = folder.iterdir()
    sidecar.unlink()
    os.mkfifo(sidecar)
    assert made_of(module, folder) == whole
    sidecar.unlink()
    sidecar.mkdir()
    assert made_of(module, folder) == whole
    assert [p.name for p in folder.iterdir()] == [sidecar.name], "no temporary file stays"


def test_a_place_that_cannot_be_written(load, tmp_path, settled):  # noqa: F811
    module = load(program)
    (tmp_path / "file").write_text("")
    whole = made_of(module, None)
    for folder in (tmp_path / "file", tmp_path / "not" / "there", "/proc/none", "", "\0", "a\ud800b"):
        assert made_of(module, folder) == whole


def test_an_edited_source_is_read_again(load, folder, settled, reads):  # noqa: F811
    first = made_of(load(program), folder)
    edited = made_of(load(program.replace("x + LIMIT", "x - LIMIT")), folder)
    assert reads == ["program.py"] * 2
    assert edited.digest != first.digest
    assert len(list(folder.iterdir())) == 1


def test_an_edit_with_the_same_size_and_time_is_seen(load, folder, settled, tmp_path):  # noqa: F811
    """Its ctime differs: tools that set times back cannot set that."""
    module = load(program)
    first = made_of(module, folder)
    times = os.stat(module.__file__)
    time.sleep(0.02)  # a tick of the file system's clock
    (tmp_path / "program.py").write_text(program.replace("x + LIMIT", "x - LIMIT"))
    os.utime(module.__file__, ns=(times.st_atime_ns, times.st_mtime_ns))
    forget()
    assert sources.source(module.__file__, str(folder)).outline.functions["helper"][0].hash not in [
        p.hash for p in first.parts
    ]


def test_a_file_that_has_just_changed_has_no_sidecar_yet(load, folder):  # noqa: F811
    made_of(load(program, new=True), folder)
    assert not folder.exists() or list(folder.iterdir()) == []
