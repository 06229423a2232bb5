"""Methods with one value for each arguments."""

import enum

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
    arguments = [1, 1.0, True, "1", b"1", None, 1 + 0j, (1,), ((1,),), np.array([1, 2]), np.array([1.0, 2.0]), np.array([[1, 2]]),
                 Color.RED, 2**70, -(2**70), float("nan"), -0.0, 0.0, np.datetime64("2024"), "ä/'%", (), np.longdouble(1)]
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


@pytest.mark.parametrize("x", [[1], {}, object(), np.array([None]), lambda: 1])
def test_others_are_refused(tagged, x):
    with pytest.raises(TypeError, match="cannot name a cached value"):
        tagged(Loop()).any(x)


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
