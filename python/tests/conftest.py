"""What the tests share: a directory of their own, and objects under a tag in it."""

import logging
import threading

import numpy as np
import pytest
from slow_program import begin, program

import cache_on_disk as cod


@pytest.fixture(autouse=True)
def own_directory(tmp_path, monkeypatch):
    monkeypatch.setenv("CACHE_ON_DISK_DIR", str(tmp_path / "default"))
    yield tmp_path
    cod.set_options(
        mode="on",
        verify="auto",
        legacy="accept",
        max_wait=None,
        lost_lock_after=3600,
        free_space_floor=None,
        strict=False,
    )
    cod.set_logfile(None)
    logging.getLogger("cache_on_disk").setLevel(logging.NOTSET)  # set_logfile leaves the level as it was set


@pytest.fixture
def tagged(tmp_path):
    """Puts an object under a tag in the test's directory."""

    def tag(obj, name="T"):
        cod.set_tmpdir(obj, str(tmp_path))
        cod.set_tag(obj, name)
        return obj

    return tag


@pytest.fixture
def messages(caplog):
    caplog.set_level(logging.WARNING, "cache_on_disk")
    return lambda: [r.getMessage() for r in caplog.records if r.name == "cache_on_disk"]


@pytest.fixture
def entries(tmp_path):
    """The entries of a tag directory, by name."""
    return lambda tag="T": sorted(p.name for p in (tmp_path / ("cache" + tag)).glob("[!.]*.npy"))


@pytest.fixture
def start(tmp_path):
    """Starts slow_program in a process of its own, and waits until it is about to call the method."""
    script = tmp_path / "program.py"
    script.write_text(program)
    started = []

    def run(how):
        process = begin(script, tmp_path, how)
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    # Tests wait for what the programs write, however long it takes, up to a limit.
    watchdog = threading.Timer(120, lambda: [process.kill() for process in started])
    watchdog.daemon = True
    watchdog.start()
    yield run
    watchdog.cancel()
    for process in started:
        process.kill()
        process.communicate()


def same(a, b):
    """Equal values of the same kind, dtype and shape."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and bool(np.all(a == b))
    return a == b
