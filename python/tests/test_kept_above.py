"""What a cached_property keeps in the object goes with the tag; what it keeps of other objects is reached."""

import functools

import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Lazy:
    """A cached property as packages write it."""

    def __init__(self, func):
        self.func = func

    def __get__(self, obj, cls=None):
        if obj is None:
            return self
        value = obj.__dict__[self.func.__name__] = self.func(obj)
        return value


class LazyProperty(property):
    """As astropy's: found before the object's dictionary, and looks there itself."""

    def __get__(self, obj, cls=None):
        if obj is None:
            return self
        if self.fget.__name__ not in obj.__dict__:
            obj.__dict__[self.fget.__name__] = super().__get__(obj, cls)
        return obj.__dict__[self.fget.__name__]


class Derived(functools.cached_property):
    pass


def over(kind):
    return lambda f: kind(cache_on_disk(f))


def under(kind):
    return lambda f: cache_on_disk(kind(f))


kinds = [
    over(functools.cached_property),
    under(functools.cached_property),
    over(Derived),
    under(Derived),
    over(Lazy),
    over(LazyProperty),
]


def make(decorate):
    class Sensor:
        night = 0

        @decorate
        def seeing(self):
            return self.night

    return Sensor()


@pytest.mark.parametrize("decorate", kinds)
def test_a_new_tag_clearing_and_refreshing_drop_it(tagged, decorate):
    sensor = make(decorate)
    assert sensor.seeing == 0  # before there is a tag
    for night in (1, 2):
        sensor.night = night
        assert tagged(sensor, f"N{night}").seeing == night
    assert tagged(sensor, "N1").seeing == 1
    sensor.night = 3
    assert sensor.seeing == 1
    cod.clear_cache(sensor)
    assert sensor.seeing == 3
    sensor.night = 4
    cod.refresh(sensor)
    assert sensor.seeing == 4
    cod.get_disk_cacher(sensor, "seeing").put(5)
    assert sensor.seeing == 5
    cod.set_tag(sensor, None)
    assert sensor.seeing == 4


def test_nothing_else_is_taken_out_of_the_object(tagged):
    class Sensor:
        @functools.cached_property
        def other(self):
            return object()

        @cache_on_disk
        def seeing(self):
            return 1

        @property
        @cache_on_disk
        def gain(self):
            return 2

    sensor = Sensor()
    kept = sensor.other
    sensor.seeing = lambda: 7
    sensor.__dict__["gain"] = 8
    tagged(sensor)
    assert sensor.other is kept and sensor.seeing() == 7 and sensor.__dict__["gain"] == 8 and sensor.gain == 2


class Part:
    @cache_on_disk
    def m(self):
        return [1]


def test_a_child_in_a_cached_property_is_reached(tagged, entries):
    class Whole:
        @functools.cached_property
        def lazy(self):
            return Part()

        @LazyProperty
        def derived(self):
            return [Part()]

        @functools.cached_property
        def untouched(self):
            raise AssertionError("evaluated")

    whole = Whole()
    parts = whole.lazy, whole.derived[0]
    tagged(whole)
    for part in parts:
        assert part.m() is part.m()
    assert entries() == ["root.derived[0].Part.m.npy", "root.lazy.Part.m.npy"]


def test_names_of_the_original_come_first(tagged):
    class Whole:
        @functools.cached_property
        def a(self):
            return self.z

    whole = Whole()
    whole.z = Part()
    assert whole.a is whole.z
    assert [name for _, name, _ in cod._discover_cachers(whole)] == ["root.z"]
