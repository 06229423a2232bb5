"""Decorators over a cached method: it is found, under its own name, and every function of the package takes it as callers see it."""

import functools

import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk, get_disk_cacher


def wraps(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs)

    return wrapper


def copies_attributes(f):
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs)

    wrapper.__dict__.update(f.__dict__)
    return wrapper


def tells_nothing(f):
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs)

    return wrapper


class Descriptor:
    """A decorator that is a class and binds as functions do."""

    def __init__(self, f):
        self._inner = f

    def __get__(self, obj, cls=None):
        return self if obj is None else functools.partial(self._inner, obj)


class WithSlots:
    __slots__ = ("func",)

    def __init__(self, f):
        self.func = f

    def __get__(self, obj, cls=None):
        return self if obj is None else self.func.__get__(obj, cls)


def twice(f):
    return wraps(tells_nothing(wraps(f)))


decorators = [
    wraps,
    copies_attributes,
    tells_nothing,
    twice,
    functools.lru_cache(maxsize=None),
    WithSlots,
    Descriptor,
    lambda f: wraps(functools.lru_cache(maxsize=8)(f)),
    lambda f: tells_nothing(tells_nothing(f)),
]


def make(decorator):
    class Sensor:
        calls = 0

        @decorator
        @cache_on_disk
        def modes(self):
            self.calls += 1
            return [self.calls]

    return Sensor


@pytest.mark.parametrize("decorator", decorators)
def test_it_is_cached_under_its_own_name(tagged, entries, decorator):
    sensor = tagged(make(decorator)())
    assert sensor.modes() == sensor.modes() == [1] and sensor.calls == 1
    assert entries() == ["root.make.<locals>.Sensor.modes.npy"]
    assert [e.state for e in cod.explain(sensor)] == ["memory"]
    assert tagged(make(decorator)()).modes() == [1]


@pytest.mark.parametrize("decorator", decorators[:6])
def test_a_new_tag_gives_a_new_value(tagged, decorator):
    sensor = tagged(make(decorator)(), "A")
    assert [sensor.modes(), tagged(sensor, "B").modes(), tagged(sensor, "A").modes()] == [[1], [2], [1]]
    cod.clear_cache(sensor)
    assert sensor.modes() == [3]
    cod.refresh(sensor)
    assert sensor.modes() == [4]


@pytest.mark.parametrize("decorator", decorators[:6])
def test_callers_name_it_as_they_see_it(tagged, decorator):
    sensor = tagged(make(decorator)())
    path = get_disk_cacher(sensor, sensor.modes).fullpath()
    assert path.endswith("Sensor.modes.npy") and path == get_disk_cacher(sensor, type(sensor).modes).fullpath()
    assert path == get_disk_cacher(sensor, "modes").fullpath() == cod.explain(sensor.modes).path
    cod.put(sensor.modes, [7])
    assert sensor.modes() == [7] and cod.statistics(sensor.modes).stored == 1
    cod.refresh(sensor.modes)
    assert sensor.modes() == [1] and cod.clear_cache(sensor.modes).deleted == 1
    assert sensor.modes() == [2]


def test_a_property_over_a_decorator(tagged, entries):
    class Sensor:
        calls = 0

        @property
        @wraps
        @cache_on_disk
        def gain(self):
            self.calls += 1
            return 5

    sensor = tagged(Sensor())
    assert sensor.gain == sensor.gain == 5 and sensor.calls == 1 and len(entries()) == 1


def test_a_function_below_a_decorator_is_a_root(tmp_path):
    calls = []

    @wraps
    @cache_on_disk(by_arguments=True)
    def load(path):
        calls.append(path)
        return path

    cod.set_tmpdir(load, tmp_path)
    cod.set_tag(load, "T")
    assert [load("a"), load("a"), load("b")] == ["a", "a", "b"] and calls == ["a", "b"]


def test_what_a_closure_holds_by_chance_is_no_method(tagged, messages):
    @cache_on_disk
    def load(path):
        return path

    def reader(of):
        def read(self):
            return of("x")

        return read

    class Sensor:
        read = reader(load)

    sensor = tagged(Sensor())
    assert not list(cod.explain(sensor)) and sensor.read() == "x"
    other = type("Other", (), {"held": make(wraps)().modes, "function": staticmethod(len)})()
    assert not cod._core.methods_of(other) and not messages()


def test_a_method_that_is_hidden_from_its_class_is_told_of(tagged, messages):
    hidden = {}

    def register(f):  # what the class sees has no way to the function
        hidden[f.__name__] = f

        def wrapper(self):
            return hidden["modes"](self)

        return wrapper

    class Sensor:
        @register
        @cache_on_disk
        def modes(self):
            return [1]

        @cache_on_disk
        def gain(self):
            return 1

    sensor = tagged(Sensor())
    assert sensor.modes() == sensor.modes() == [1]
    assert len(messages()) == 1 and "Sensor.modes" in messages()[0] and "functools.wraps" in messages()[0]
    assert any("Sensor.modes" in where for where in cod.statistics(sensor).uncached)
    cod.set_options(strict=True)
    with pytest.raises(cod.UncachedError, match="functools.wraps"):
        sensor.modes()


def test_astropy_and_wrapt(tagged):
    units = pytest.importorskip("astropy.units")

    class Sensor:
        calls = 0

        @units.quantity_input
        @cache_on_disk(by_arguments=True)
        def shift(self, pixels):
            self.calls += 1
            return pixels * 2

    sensor = tagged(Sensor())
    assert (
        sensor.shift(3) == sensor.shift(3) == 6 and sensor.calls == 1 and cod.explain(sensor.shift, 3).state == "memory"
    )


def test_decorators_of_the_original(tagged):
    decorators = pytest.importorskip("arte.utils.decorator", reason="arte is not installed")

    class Sensor:
        calls = 0

        @decorators.returns(list)
        @cache_on_disk
        def modes(self):
            self.calls += 1
            return [1]

        @decorators.logTime
        @cache_on_disk
        def timed(self):
            self.calls += 1
            return [2]

    sensor = tagged(Sensor())
    assert sensor.modes() == sensor.modes() == [1] and sensor.calls == 1
    assert cod.explain(sensor.modes).state == "memory" == cod.explain(sensor, "modes").state
    assert cod.get_disk_cacher(sensor, "timed").explain().state == "missing"
