"""Interrupts that come while the cache logs arrive in the program."""

import logging
import signal

import pytest

from cache_on_disk import cache_on_disk, set_logfile, set_tag


class Interrupting(logging.Handler):
    """A handler that takes time, in which somebody presses Ctrl-C."""

    def __init__(self, raises):
        super().__init__()
        self.raises, self.count = raises, 0

    def emit(self, record):
        self.count += 1
        if self.count == 1:
            self.raises()


@pytest.fixture
def handler(tmp_path, monkeypatch):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    set_logfile(str(tmp_path / "log"))
    logger = logging.getLogger("cache_on_disk")
    added = []

    def add(raises):
        added.append(Interrupting(raises))
        logger.addHandler(added[0])
        return added[0]

    yield add
    for one in added:
        logger.removeHandler(one)
    signal.signal(signal.SIGINT, before)


class Quiet:
    calls = 0

    @cache_on_disk
    def f(self):
        self.calls += 1
        return 1

    @cache_on_disk
    def unstorable(self):
        return (i for i in ())


def press():
    signal.raise_signal(signal.SIGINT)


def end():
    raise SystemExit(3)


@pytest.mark.parametrize("raises, expected", [(press, KeyboardInterrupt), (end, SystemExit)])
@pytest.mark.parametrize("method", ["f", "unstorable"])
def test_an_interrupt_while_a_call_is_logged_arrives(tagged, handler, raises, expected, method):
    quiet = tagged(Quiet())
    told = handler(raises)
    with pytest.raises(expected):
        getattr(quiet, method)()
        for _ in range(3):
            pass  # where Python looks for signals
    assert told.count >= 1
    assert quiet.f() == 1


def test_an_interrupt_while_a_hit_is_logged_arrives(tagged, handler):
    quiet = tagged(Quiet())
    quiet.f()
    handler(press)
    with pytest.raises(KeyboardInterrupt):
        quiet.f()
        for _ in range(3):
            pass
    assert quiet.f() == 1 and quiet.calls == 1


def test_an_interrupt_while_objects_are_tagged_arrives(handler):
    handler(press)
    with pytest.raises(KeyboardInterrupt):
        set_tag(object(), "T")
        set_tag([{Quiet()}], "T")
        for _ in range(3):
            pass


def test_a_handler_that_fails_costs_no_call(tagged, handler, monkeypatch):
    import sys

    hooked = []
    monkeypatch.setattr(sys, "unraisablehook", hooked.append)
    told = handler(lambda: 1 / 0)
    assert tagged(Quiet()).f() == 1 and told.count >= 1
    assert [one.exc_type for one in hooked] == [ZeroDivisionError]
