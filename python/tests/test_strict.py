"""What is not cached is told, counted, explained, and raised where that is wanted."""

import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Sensor:
    calls = 0

    @cache_on_disk
    def unpicklable(self):
        self.calls += 1
        return lambda: 3

    @cache_on_disk
    def number(self):
        self.calls += 1
        return 7


def test_value_that_cannot_be_stored_is_counted_and_explained(tagged):
    sensor = tagged(Sensor())
    assert sensor.unpicklable()() == 3
    # Counted for the process: other tests are counted, too.
    [times] = [
        n for where, n in cod.statistics(sensor).uncached.items() if where.startswith("root.Sensor.unpicklable: ")
    ]
    assert times >= 1
    assert cod.explain(sensor.unpicklable).uncached
    assert "uncached" in str(cod.explain(sensor.unpicklable))


def test_strict_raises_after_the_function_and_keeps_the_value(tagged):
    sensor = tagged(Sensor())
    cod.set_options(strict=True)
    with pytest.raises(cod.UncachedError, match="Sensor.unpicklable"):
        sensor.unpicklable()
    assert sensor.calls == 1
    assert sensor.number() == 7


def test_strict_raises_before_the_function_where_the_directory_cannot_be_used(tagged, tmp_path):
    sensor = tagged(Sensor())
    (tmp_path / "file").write_text("in the way")
    cod.set_tmpdir(sensor, tmp_path / "file")
    assert sensor.number() == 7
    cod.set_tmpdir(sensor, tmp_path / "file" / "again")
    cod.set_options(strict=True)
    with pytest.raises(cod.UncachedError, match="Not a directory"):
        sensor.number()
    assert sensor.calls == 1


def test_strict_is_a_switch():
    with pytest.raises(cod.InvalidTypeError, match="strict"):
        cod.set_options(strict="yes")
