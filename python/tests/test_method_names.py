"""The name of an entry is that of the attribute by which the class has the method."""

import functools

import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


def retry(f):
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs)

    return wrapper


def body_of(kind):
    """Two methods whose functions bear one qualified name."""

    def one(self):
        return "one"

    def other(self):
        return "other"

    if kind == "decorator":
        return {"one": cache_on_disk(retry(one)), "other": cache_on_disk(retry(other))}
    if kind == "lambda":
        return {"one": cache_on_disk(lambda self: "one"), "other": cache_on_disk(lambda self: "other")}
    if kind == "loop":
        methods = {}
        for name in ("one", "other"):

            def method(self, name=name):
                return name

            methods[name] = cache_on_disk(method)
        return methods
    if kind == "partial":
        return {name: cache_on_disk(functools.partial(lambda value, self: value, name)) for name in ("one", "other")}
    if kind == "callable":

        class Constant:
            def __init__(self, value):
                self.value = value

            def __call__(self, obj):
                return self.value

        return {name: cache_on_disk(Constant(name)) for name in ("one", "other")}
    return {name: property(cache_on_disk(retry(f))) for name, f in (("one", one), ("other", other))}


def value(obj, name):
    got = getattr(obj, name)
    return got if isinstance(got, str) else got()


@pytest.mark.parametrize("kind", ["decorator", "lambda", "loop", "partial", "callable", "property"])
def test_two_methods_of_one_qualified_name(tagged, entries, kind):
    sensor = tagged(type("Sensor", (), body_of(kind))())
    assert (value(sensor, "one"), value(sensor, "other")) == ("one", "other")
    assert entries() == ["root.Sensor.one.npy", "root.Sensor.other.npy"]
    assert {e.state for e in cod.explain(sensor)} == {"memory"} and len(cod.explain(sensor)) == 2


@pytest.mark.parametrize("kind", ["decorator", "lambda", "loop", "partial", "callable", "property"])
def test_a_method_added_above_takes_no_value_of_another(tagged, kind):
    later = {name: body_of(kind)[name] for name in ("other",)}
    assert value(tagged(type("Sensor", (), later)()), "other") == "other"
    sensor = tagged(type("Sensor", (), body_of(kind))())
    assert (value(sensor, "one"), value(sensor, "other")) == ("one", "other")


def test_plain_names_stay_as_they_were(tagged, entries):
    class Base:
        @cache_on_disk
        def inherited(self):
            return 1

        @cache_on_disk
        def __private(self):
            return 2

        def both(self):
            return self.inherited(), self.__private()

    class Sensor(Base):
        alias = Base.inherited  # one function by two names is one method

        def _get_gain(self):
            return 3

        gain = property(cache_on_disk(_get_gain))

    sensor = tagged(Sensor())
    assert sensor.both() == (1, 2) and sensor.alias() == 1 and sensor.gain == 3
    prefix = "root.test_plain_names_stay_as_they_were.<locals>."
    assert entries() == sorted(
        [prefix + "Base.inherited.npy", prefix + "Base.__private.npy", prefix + "Sensor.gain.npy"]
    )


def test_an_alias_before_the_method_does_not_rename_it(tagged, entries):
    def modes(self):
        return [1]

    modes.__qualname__ = "Sensor.modes"
    cached = cache_on_disk(modes)
    sensor = tagged(type("Sensor", (), {"alias": cached, "modes": cached})())
    assert sensor.alias() == sensor.modes() and entries() == ["root.Sensor.modes.npy"]


def test_names_of_attributes_that_no_file_can_have(tagged, entries):
    Sensor = type("Sensor", (), {"a/b": cache_on_disk(lambda self: 1), "..": cache_on_disk(lambda self: 2)})
    sensor = tagged(Sensor())
    assert getattr(sensor, "a/b")() == 1 and getattr(sensor, "..")() == 2 and len(entries()) == 2


def test_a_method_of_a_base_class_of_the_same_name_is_told_of_when_it_is_called(tagged, messages):
    def classes():
        class Sensor:
            @cache_on_disk
            def modes(self):
                return [1]

        return Sensor

    Base = classes()
    Base.__module__ = "elsewhere"

    class Sensor(Base):
        @cache_on_disk
        def modes(self):
            return super().modes() + [2]

    Sensor.__qualname__ = Base.__qualname__
    Sensor.modes.__wrapped__.__qualname__ = Base.modes.__qualname__
    Sensor.modes = cache_on_disk(Sensor.modes.__wrapped__)
    sensor = tagged(Sensor())
    assert not messages()
    assert sensor.modes() == [1, 2]
    assert len(messages()) == 1 and "base class" in messages()[0]


def test_identity_stands_for_the_class_that_defines_the_method(tagged, entries):
    def program(module, computed):
        class Sensor:
            @cache_on_disk(identity="sensors")
            def modes(self):
                computed.append(module)
                return [1]

        Sensor.__qualname__, Sensor.__module__ = "Sensor", module
        Sensor.modes.__wrapped__.__qualname__, Sensor.modes.__wrapped__.__module__ = "Sensor.modes", module
        Sensor.modes = cache_on_disk(Sensor.modes.__wrapped__, identity="sensors")
        return Sensor

    computed = []
    for module in ("before", "after"):
        assert tagged(program(module, computed)()).modes() == [1]
    assert computed == ["before"] and entries() == ["root.Sensor.modes.npy"]

    class Special(program("after", computed)):
        """A subclass may give another value."""

    assert tagged(Special()).modes() == [1]
    assert computed == ["before", "after"] and len(entries()) == 2
