"""Methods that an object gets after it was tagged: it has its tag for each of them, and explain and the call agree."""

import importlib
import sys

import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk

source = """
from cache_on_disk import cache_on_disk
class Sensor:
    calls = 0
    @cache_on_disk
    def modes(self):
        Sensor.calls += 1
        return [VERSION]
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Writes a module again and reloads it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    path = tmp_path / "reloaded_sensors.py"

    def load(version):
        path.write_text(source.replace("VERSION", str(version)))
        importlib.invalidate_caches()
        if "reloaded_sensors" in sys.modules:
            return importlib.reload(sys.modules["reloaded_sensors"])
        return importlib.import_module("reloaded_sensors")

    yield load
    sys.modules.pop("reloaded_sensors", None)


def test_an_object_that_gets_the_class_of_a_reloaded_module(tagged, module):
    sensor = tagged(module(1).Sensor())
    assert sensor.modes() == [1]
    reloaded = module(2)
    sensor.__class__ = reloaded.Sensor
    before = sensor.modes(), sensor.modes()
    told = cod.explain(sensor.modes)
    assert (sensor.modes(), sensor.modes()) == before and told.state == "memory" and reloaded.Sensor.calls <= 1


def test_a_class_whose_methods_are_replaced(tagged, module):
    first = module(1)
    old = first.Sensor
    sensor = tagged(old())
    sensor.modes()
    old.modes = module(2).Sensor.modes  # what IPython's autoreload does
    assert cod.explain(sensor)[0].state in ("disk", "missing")
    assert sensor.modes() is sensor.modes() and cod.explain(sensor.modes).state == "memory"


class Base:
    calls = 0


def later(self):
    self.calls += 1
    return [self.calls]


def property_kind():
    return property(cache_on_disk(later)), lambda obj: obj.later


def wrapped_kind():
    import functools

    cached = cache_on_disk(later)

    @functools.wraps(cached)
    def wrapper(self):
        return cached(self)

    return wrapper, lambda obj: obj.later()


@pytest.mark.parametrize(
    "make",
    [
        lambda: (cache_on_disk(later), lambda obj: obj.later()),
        property_kind,
        wrapped_kind,
        lambda: (cache_on_disk(lambda self: later(self)), lambda obj: obj.later()),
    ],
)
@pytest.mark.parametrize("ask_first", [False, True])
def test_a_method_that_is_added_later(tagged, make, ask_first):
    class Sensor(Base):
        @cache_on_disk
        def modes(self):
            return [1]

    sensor = tagged(Sensor())
    Sensor.later, call = make()
    if ask_first:
        assert [e.state for e in cod.explain(sensor)] == ["missing", "missing"]
    assert call(sensor) == call(sensor) == [1] and sensor.calls == 1
    assert cod.get_disk_cacher(sensor, "later").explain().state == "memory"


def test_an_object_that_takes_no_weak_references(tagged):
    class Sensor:
        __slots__ = ("calls",)

        @cache_on_disk
        def modes(self):
            return [1]

    sensor = tagged(Sensor())
    sensor.calls = 0
    Sensor.later = cache_on_disk(later)
    assert sensor.later() == sensor.later() == [1] and sensor.calls == 1
    cod.set_tag(sensor, None)
    assert sensor.later() == [2]


def test_a_class_that_is_changed_for_another(tagged, entries):
    class Sensor:
        @cache_on_disk
        def modes(self):
            return [1]

    class Special(Sensor):
        @cache_on_disk
        def modes(self):
            return [2]

        @cache_on_disk
        def more(self):
            return [3]

    sensor = tagged(Sensor())
    assert sensor.modes() == [1]
    sensor.__class__ = Special
    assert sensor.modes() == [2] and sensor.more() is sensor.more() and len(entries()) == 3
    assert {e.state for e in cod.explain(sensor)} == {"memory"} | {cod.explain(super(Special, sensor).modes).state}


def test_a_function_of_another_class_gets_no_tag_from_its_argument(tagged):
    class Sensor:
        @cache_on_disk
        def modes(self):
            return [1]

    class Other:
        @cache_on_disk
        def reads(self):
            return [self.modes()]

    sensor = tagged(Sensor())
    assert Other.reads(sensor) is not Other.reads(sensor)
    with pytest.raises(cod.NotCachedError, match="not a cached method of a Sensor"):
        cod.get_disk_cacher(sensor, Other.reads)
