"""Methods with one value for each arguments."""

import asyncio
import enum
import itertools

import numpy as np
import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Color(enum.Enum):
    RED = 1


class Number(enum.IntEnum):
    ONE = 1


class Loop:
    def __init__(self):
        self.calls = 0

    @cache_on_disk(by_arguments=True)
    def psd(self, mode, window="hann", *more, scale=1.0, **rest):
        self.calls += 1
        return [mode, window, more, scale, rest]

    @cache_on_disk(by_arguments=True)
    def any(self, x, /):
        self.calls += 1
        return repr(x)


def test_positional_keyword_and_default_are_spelled_alike(tagged, entries):
    loop = tagged(Loop())
    for _ in range(2):
        loop.psd(1), loop.psd(mode=1), loop.psd(1, "hann"), loop.psd(window="hann", mode=1, scale=1.0)
    assert loop.calls == 1 and entries() == ["root.Loop.psd(1,'hann',scale=1.0).npy"]
    assert loop.psd(1, "hann", 2, b=1, a=2) == loop.psd(1, "hann", 2, a=2, b=1) and loop.calls == 2
    assert tagged(Loop()).psd(1) == [1, "hann", (), 1.0, {}]


def test_values_of_different_types_are_different_arguments(tagged, entries):
    loop = tagged(Loop())
    arguments = [
        1,
        1.0,
        True,
        "1",
        b"1",
        None,
        1 + 0j,
        (1,),
        ((1,),),
        np.array([1, 2]),
        np.array([1.0, 2.0]),
        np.array([[1, 2]]),
        Color.RED,
        2**70,
        -(2**70),
        float("nan"),
        -0.0,
        0.0,
        np.datetime64("2024"),
        "ä/'%",
        (),
        np.longdouble(1),
    ]
    for x in arguments:
        loop.any(x)
    assert loop.calls == len(arguments) == len(entries())
    for x in arguments:
        assert loop.any(x) == repr(x)
    assert loop.calls == len(arguments)


def test_numpy_scalars_and_integer_enums_are_plain_values(tagged):
    loop = tagged(Loop())
    assert loop.any(1) == loop.any(np.int16(1)) == loop.any(Number.ONE) == "1"
    assert loop.any(np.asfortranarray(np.ones((2, 3)))) == loop.any(np.ones((2, 3))) and loop.calls == 2


@pytest.fixture
def new_class(request):
    """Makes classes with a by-arguments method m, each of a name of its own: what is told once is told once for each name."""

    def make():
        def m(self, x):
            self.calls += 1
            return self.calls

        cls_name = f"Sensor{next(numbers)}"
        m.__qualname__ = f"{cls_name}.m"
        return type(cls_name, (), {"calls": 0, "m": cache_on_disk(by_arguments=True)(m)})()

    return make


numbers = itertools.count()


class Unnamed:
    def __repr__(self):
        return "unnamed"


def nested(levels, innermost=()):
    for _ in range(levels):
        innermost = (innermost,)
    return innermost


cyclic = []
cyclic.append(cyclic)


@pytest.mark.parametrize(
    "x",
    [
        Unnamed(),
        object(),
        [1, {"a": Unnamed()}],
        {Unnamed()},
        np.array([Unnamed()]),
        lambda: 1,
        iter([1]),
        memoryview(b"a"),
        nested(1000),
        nested(30_000),
        cyclic,
    ],
)
def test_an_argument_that_cannot_name_a_value_costs_nothing_but_the_cache(tagged, messages, entries, new_class, x):
    sensor = new_class()
    assert sensor.m(x) == 1
    tagged(sensor)
    assert sensor.m(x) == 2 and sensor.m(x) == 3 and not entries()
    [message] = messages()
    method = f"root.{type(sensor).__name__}.m"
    assert f"{method} is computed without the cache" in message and "__cache_key__()" in message
    assert cod.statistics(sensor).uncached[f"{method}: {message}"] == 2
    with pytest.raises(cod.InvalidTypeError, match="cannot name a cached value"):
        cod.explain(sensor.m, x)


def test_what_cannot_name_a_value_is_told_for_each_method_and_type(tagged, messages, new_class):
    sensors = tagged(new_class()), tagged(new_class())
    for x in (Unnamed(), Unnamed(), object(), Unnamed()):
        for sensor in sensors:
            sensor.m(x)
    assert len(messages()) == 4
    assert sum("Unnamed" in message for message in messages()) == 2


def test_strict_raises_for_what_cannot_name_a_value_before_the_function_runs(tagged, new_class):
    sensor = tagged(new_class())
    cod.set_options(strict=True)
    with pytest.raises(cod.UncachedError, match="Unnamed"):
        sensor.m(Unnamed())
    assert sensor.calls == 0 and sensor.m(1) == 1


def test_off_is_as_if_no_tag_were_set(tagged, messages):
    loop = tagged(Loop())
    cod.set_options(mode="off", strict=True)
    assert loop.any(Unnamed()) == "unnamed" and not messages()


def test_asynchronous_methods_and_functions_take_what_cannot_name_a_value(tagged, messages, tmp_path):
    class Asynchronous:
        @cache_on_disk(by_arguments=True)
        async def m(self, x):
            return 7

    assert asyncio.run(tagged(Asynchronous()).m(Unnamed())) == 7
    assert len(messages()) == 1 and "Unnamed" in messages()[0]


class Broken:
    def __cache_key__(self):
        raise ValueError("the key is lost")


def test_a_key_that_fails_costs_nothing_but_the_cache(tagged, messages, new_class):
    assert tagged(new_class()).m(Broken()) == 1
    assert "ValueError: the key is lost" in messages()[0]


class Interrupting:
    def __cache_key__(self):
        raise KeyboardInterrupt


def test_an_interrupt_while_a_key_is_made_arrives(tagged):
    with pytest.raises(KeyboardInterrupt):
        tagged(Loop()).any(Interrupting())


def test_misspelt_arguments_are_refused_as_the_function_does(tagged):
    class Plain:
        @cache_on_disk
        def m(self, mode=1):
            return mode

        @cache_on_disk
        def any(self, *args, **kwargs):
            return 1

    plain = tagged(Plain())
    plain.m(1), plain.any()
    for call in (lambda: plain.m(moed=1), lambda: plain.m(1, 2)):
        with pytest.raises(TypeError, match="argument"):
            call()
    assert plain.m(mode=1) == plain.m() == 1 and plain.any(1, a=2) == 1
    loop = tagged(Loop())
    with pytest.raises(cod.InvalidTypeError, match=r"\(1, mdoe=2\) are not arguments of Loop.any\(self, x, /\)"):
        cod.explain(loop.any, 1, mdoe=2)
    with pytest.raises(cod.InvalidTypeError, match="mdoe"):
        cod.get_disk_cacher(plain, plain.m).fullpath(mdoe=2)


def test_a_call_that_does_not_fit_raises_as_the_function_does(tagged):
    loop = tagged(Loop())
    for call in (loop.psd, lambda: loop.any(), lambda: loop.any(x=1), lambda: loop.psd(1, mode=1)):
        with pytest.raises(TypeError, match="argument"):
            call()


def test_managing_one_of_many(tagged, entries):
    loop = tagged(Loop())
    loop.any(1), loop.any(2)
    assert cod.explain(loop.any, 1).state == "memory" and cod.explain(loop.any, 3).state == "missing"
    assert cod.explain(loop)[0].state == "by arguments"
    cod.put(loop.any, "three", 3)
    assert loop.any(3) == "three" and loop.calls == 2
    cod.refresh(loop.any)
    loop.any(1), loop.any(1)
    assert loop.calls == 3
    assert cod.clear_cache(loop.any).deleted == 3 and not entries()
    assert cod.get_disk_cacher(loop, loop.any).fullpath(1).endswith("root.Loop.any(1).npy")


def test_a_method_without_arguments_has_parentheses(tagged, entries):
    class NoArguments:
        @cache_on_disk(by_arguments=True)
        def m(self):
            return 1

    tagged(NoArguments()).m()
    assert entries()[0].endswith(".m().npy")
