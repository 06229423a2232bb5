"""What another user can do to a Python program that shares a directory of tags with him. Needs root, to be two users."""

import os
import pickle
import signal
import subprocess
import sys

import numpy as np
import pytest

VICTIM, ATTACKER, GROUP = 54323, 54321, 54322

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be two users")

program = """
import logging, os, signal, sys, tempfile
import numpy as np
import cache_on_disk as cod

class Holder:
    @cod.cache_on_disk
    def get(self):
        return {"value": 5}

base, trust = sys.argv[1:]
with tempfile.TemporaryDirectory() as own:  # imports all that it takes, where only root may read the modules
    for i in range(2):
        holder = Holder()
        cod.set_tmpdir(holder, own)
        cod.set_trust(holder, "plain")
        cod.set_tag(holder, "T")
        holder.get()
os.setgroups([54322])
os.setresgid(54323, 54323, 54323)
os.setresuid(54323, 54323, 54323)
signal.alarm(40)
for i in range(3):
    holder = Holder()
    cod.set_tmpdir(holder, base)
    if trust != "private":
        cod.set_trust(holder, trust, *(["54322"] if trust == "group" else []))
    cod.set_tag(holder, "T")
    assert holder.get() == {"value": 5}, holder.get()
"""


class Command:
    def __init__(self, function, *arguments):
        self.parts = function, arguments

    def __reduce__(self):
        return self.parts


@pytest.fixture
def scene(tmp_path):
    for path in (tmp_path, *tmp_path.parents):
        if path.stat().st_mode & 0o001 == 0:
            path.chmod(path.stat().st_mode | 0o011)  # pytest keeps its directories to root
    tmp_path.chmod(0o1777)
    home = tmp_path / "home"
    home.mkdir()
    (home / "precious").write_bytes(pickle.dumps(Command(os.mkdir, str(tmp_path / "executed"))))
    (home / "precious").chmod(0o600)
    for path in (home, home / "precious"):
        os.chown(path, VICTIM, VICTIM)
    return tmp_path


def call(scene, trust):
    """The victim calls; its messages."""
    before = (scene / "home/precious").read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", program, str(scene), trust],
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, "hung" if done.returncode == -signal.SIGALRM else done.stderr
    assert not (scene / "executed").exists()
    assert (scene / "home/precious").read_bytes() == before and os.listdir(scene / "home") == ["precious"]
    return [line for line in done.stderr.splitlines() if str(scene) in line]


def directory(scene, trust):
    """The tag directory as the attacker prepares it; the path of the entry."""
    path = scene / "cacheT"
    path.mkdir()
    os.chown(path, ATTACKER, GROUP if trust == "group" else ATTACKER)
    path.chmod({"private": 0o755, "group": 0o2770, "plain": 0o777}[trust])
    return path / "root.Holder.get.npy"


def give(path, mode=0o640, user=ATTACKER):
    os.chown(path, user, GROUP)
    path.chmod(mode)


def hostile_pickles(scene):
    mark = str(scene / "executed")
    multiarray = np._core.multiarray if hasattr(np, "_core") else np.core.multiarray
    forged = Command(np.dtype, "V8", False, True)
    forged.parts += ((3, "|", None, ("a",), {"a": (np.dtype("O"), 0)}, 8, 1, 0),)
    array = Command(multiarray._reconstruct, np.ndarray, (0,), b"b")
    array.parts += ((1, (1,), forged, False, b"A" * 8),)
    yield pickle.dumps(Command(os.mkdir, mark))
    yield pickle.dumps(Command(eval, f"__import__('os').mkdir({mark!r})"))
    yield f"cos\nmkdir\n(S{mark!r}\ntR.".encode()
    yield f"(S{mark!r}\nios\nmkdir\n.".encode()
    yield b"\x80\x04\x8c\x02os\x8c\x05mkdir\x93\x8c" + bytes([len(mark)]) + mark.encode() + b"\x85R."
    yield pickle.dumps(array)
    yield pickle.dumps(Command(list, range(10**12)))
    yield pickle.dumps({"value": 5})[:-1]
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    yield b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + pickle.dumps(Command(os.mkdir, mark))


@pytest.mark.parametrize("trust", ["private", "group", "plain"])
def test_no_pickle_of_another_runs_or_harms(scene, trust):
    entry = directory(scene, trust)
    for number, data in enumerate(hostile_pickles(scene)):
        for name in entry.parent.iterdir():
            name.unlink()
        entry.write_bytes(data)
        give(entry, 0o644)
        messages = call(scene, trust)
        assert trust != "private" or len(messages) == 1, (number, messages)


@pytest.mark.parametrize("trust", ["private", "group", "plain"])
def test_links_and_fifos_are_told_once_and_not_followed(scene, trust):
    entry = directory(scene, trust)
    for plant in (
        lambda: os.symlink(scene / "home/precious", entry),
        lambda: os.mkfifo(entry, 0o666),
        lambda: os.link(scene / "home/precious", entry),
    ):
        for name in entry.parent.iterdir():
            name.unlink()
        plant()
        messages = call(scene, trust)
        assert len(messages) == 1, messages


def test_a_pickle_of_ones_own_in_a_directory_of_the_group_does_not_run(scene):
    entry = directory(scene, "group")
    entry.write_bytes((scene / "home/precious").read_bytes())
    give(entry, user=VICTIM)
    call(scene, "group")


def test_plain_values_of_the_group_are_used(scene):
    entry = directory(scene, "group")
    entry.write_bytes(pickle.dumps({"value": 5}))
    give(entry)
    assert call(scene, "group") == [] and not list(entry.parent.glob("*~*"))
