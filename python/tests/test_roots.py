"""What can be given to the functions of the package, and what is said of all else."""

import logging
import math
import weakref

import numpy as np
import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Sensor:
    @cache_on_disk
    def modes(self):
        return [1]

    @cache_on_disk(by_arguments=True)
    def power(self, mode, gain=1):
        return mode * gain

    def plain(self):
        return 2


def not_cached():
    return 1


nothing = [3, "text", None, 1.5, b"bytes", True, np.zeros(3), math, Sensor, len, not_cached, lambda: 1]
takers = [
    lambda v: cod.set_tag(v, "T"),
    lambda v: cod.set_tmpdir(v, "/tmp"),
    lambda v: cod.set_prefix(v, "p"),
    lambda v: cod.set_trust(v, "plain"),
    lambda v: cod.set_writable(v, True),
    cod.clear_cache,
    cod.refresh,
    cod.statistics,
    cod.explain,
    lambda v: cod.warm(v, progress=False),
]


@pytest.mark.parametrize("value", nothing, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("taker", range(len(takers)))
def test_what_holds_nothing_cached_is_refused(value, taker):
    with pytest.raises((cod.InvalidTypeError, cod.NotCachedError), match="^cache_on_disk: "):
        takers[taker](value)


def test_the_message_says_what_was_found_and_what_is_wanted():
    with pytest.raises(cod.InvalidTypeError) as refused:
        cod.set_tag(Sensor, "T")
    assert "set_tag takes an object" in str(refused.value) and "the class Sensor" in str(refused.value)
    with pytest.raises(cod.InvalidTypeError, match="not int 3"):
        cod.set_tag(3, "T")
    with pytest.raises(cod.InvalidTypeError, match="not the module math"):
        cod.set_tag(math, "T")


def test_a_reference_to_an_object_is_not_the_object():
    sensor = Sensor()
    for reference in (weakref.ref(sensor), weakref.proxy(sensor), weakref.WeakMethod(sensor.modes)):
        with pytest.raises(cod.InvalidTypeError, match="takes the object itself"):
            cod.set_tag(reference, "T")


@pytest.mark.parametrize("empty", [[], {}, (), object(), type("Empty", (), {})(), [3, "text"], {"a": np.zeros(2)}])
def test_an_object_without_cached_methods_is_no_error(empty, caplog):
    caplog.set_level(logging.INFO, "cache_on_disk")
    cod.set_tag(empty, "T")
    assert [r.levelno for r in caplog.records] == [logging.INFO] and "no cached methods" in caplog.text
    assert not list(cod.explain(empty)) and cod.statistics(empty).total.objects == 0
    cod.set_tag(empty, None)
    assert len(caplog.records) == 1


@pytest.mark.parametrize("ask", [cod.explain, cod.clear_cache, cod.refresh, cod.statistics, lambda m: cod.put(m, 1)])
def test_a_method_that_is_not_cached(tagged, ask):
    with pytest.raises(cod.NotCachedError, match="plain.* is not decorated"):
        ask(tagged(Sensor()).plain)


def test_a_method_by_its_name(tagged):
    sensor = tagged(Sensor())
    sensor.modes(), sensor.power(2)
    assert cod.explain(sensor, "modes").state == "memory" == cod.explain(sensor, "Sensor.modes").state
    assert cod.explain(sensor, "power", 2).state == "memory" == cod.explain(sensor, "power", mode=2, gain=1).state
    assert cod.explain(sensor, "power", 3).state == "missing"
    assert cod.statistics(sensor, "modes").computed == 1
    cod.refresh(sensor, "modes")
    assert cod.explain(sensor, "modes").state == "refresh" and cod.explain(sensor, "power", 2).state == "memory"
    assert cod.clear_cache(sensor, "power").deleted == 1 and cod.explain(sensor, "modes").state == "refresh"


@pytest.mark.parametrize("ask", [cod.explain, cod.clear_cache, cod.refresh, cod.statistics, cod.get_disk_cacher])
def test_a_name_that_no_method_has(tagged, ask):
    with pytest.raises(cod.NotCachedError, match="did you mean modes"):
        ask(tagged(Sensor()), "mode")
    with pytest.raises(cod.NotCachedError, match="cached methods here: Sensor.modes, Sensor.power"):
        ask(tagged(Sensor()), "something else")
    with pytest.raises(cod.NotCachedError):
        ask(tagged(Sensor()), "plain")


def test_a_cacher_of_a_bound_method(tagged):
    sensor = tagged(Sensor())
    assert cod.get_disk_cacher(sensor.modes).fullpath() == cod.get_disk_cacher(sensor, "modes").fullpath()
    with pytest.raises(cod.NotCachedError, match="not decorated"):
        cod.get_disk_cacher(sensor.plain)
    for wrong in (sensor, Sensor.modes, 3):
        with pytest.raises(cod.InvalidTypeError):
            cod.get_disk_cacher(wrong)


def test_arguments_behind_an_object_are_refused(tagged):
    with pytest.raises(cod.InvalidTypeError, match="name of a method"):
        cod.explain(tagged(Sensor()), 3)
    with pytest.raises(cod.InvalidTypeError, match="one method"):
        cod.explain(tagged(Sensor()), mode=3)


def test_a_by_arguments_method_without_arguments_is_explained(tagged):
    sensor = Sensor()
    assert cod.explain(sensor.power).state == "untagged"
    assert cod.explain(tagged(sensor).power).state == "by arguments"
    with pytest.raises(TypeError, match="are not arguments of Sensor.power"):
        cod.explain(sensor.power, 1, 2, 3)


def test_options_and_decorator_say_what_is_misspelt():
    with pytest.raises(cod.InvalidTypeError, match="did you mean mode"):
        cod.set_options(mod="on")
    for wrong in ("x", 3, True, {"by_arguments": True}, ("x",)):
        with pytest.raises(cod.InvalidTypeError, match="by name"):
            cache_on_disk(wrong)


def test_each_method_is_named_without_a_tag():
    text = str(cod.explain([Sensor(), Sensor()]))
    assert "root[0].Sensor.modes: untagged" in text and "root[1].Sensor.power: untagged" in text
    assert str(cod.explain(Sensor().modes)).startswith("Sensor.modes: untagged")


def test_a_fresh_tag_is_no_error(tagged):
    told = cod.explain(tagged(Sensor()).modes)
    assert (
        told.state == "missing" and "cannot" not in str(told) and "nothing is stored under this tag yet" in told.reason
    )
