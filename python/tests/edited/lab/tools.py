"""Helpers."""

import functools
import math
import statistics as st
from functools import lru_cache, partial

from . import config
from .config import GAIN, TABLE


def helper(x, power=2):
    """What it does."""
    # a comment
    total = 0
    for item in range(x):
        total += item**power
    return total * GAIN


def deep(x):
    return deeper(x) + 1


def deeper(x):
    return helper(x) - config.SHIFT


def unrelated(x):
    return x + 1


def traced(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs) * 1

    return wrapper


@traced
def wrapped(x):
    return x * 5


@lru_cache(maxsize=8)
def remembered(x):
    return x * 7


def scaled(factor):
    def scale(x):
        return x * factor + offset(x)

    return scale


def offset(x):
    return x - 1


double = scaled(2)
halved = partial(helper, power=1)
square = lambda x: x * x


@functools.singledispatch
def shown(x):
    return "any"


@shown.register(int)
def shown_int(x):
    return "int"


def names_of_locals(x):
    first = x
    second = 2
    return sorted(locals())


def formatted(x):
    return f"{x!r:>10} and {x:.3f} of {math.pi}"


def looked_up():
    return TABLE["x"] + len(config.WEIGHTS) + config.counter


def mean(x):
    return st.mean([x, 1])


def imports_inside(x):
    from .late import late

    return late(x)


def chosen(kind):
    if kind is config.Kind.FAST:
        return 1
    return 2


def guarded(x):
    try:
        return x / 0
    except MyError:
        return 0
    except ZeroDivisionError:
        return 1


class MyError(Exception):
    code = 3

    def explain(self):
        return "mine"


def matrix(values):
    return (
        [[a * b for a in values if a] for b in values],
        {k: v + 1 for k, v in zip(values, values)},
        {-v for v in values},
    )
