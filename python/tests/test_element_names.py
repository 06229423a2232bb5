"""The names of elements and attributes: no two objects share one, and no key stops a walk."""

import collections
import enum
from types import SimpleNamespace

import numpy as np
import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Sensor:
    def __init__(self, number):
        self.number = number

    @cache_on_disk
    def value(self):
        return self.number


class Count(int):
    pass


class Text(str):
    pass


class Pair(tuple):
    __slots__ = ()


Point = collections.namedtuple("Point", "x y")


class Mode(enum.Enum):
    FAST = 1


class Perm(enum.Flag):
    R = 1
    W = 2
    RW = 3
    X = 4


class Number(enum.IntEnum):
    ONE = 1


odd = enum.Enum("Odd", {"a.b": 1, "x]": 2, "(1,2)": 3})


def path(sensor):
    return cod.get_disk_cacher(sensor, "value").fullpath().rpartition("/")[2]


@pytest.mark.parametrize(
    "key, text",
    [
        (3, "3"),
        (-3, "-3"),
        (10**30, str(10**30)),
        (True, "True"),
        ("a", "'a'"),
        ("it's", "'it%27s'"),
        ((1, "a"), "(1,'a')"),
        (("a",), "('a',)"),
        ((), "()"),
        (((1,), 2), "((1,),2)"),
        (np.int64(3), "3"),
        (np.uint8(3), "3"),
        (np.bool_(True), "True"),
        (np.str_("a"), "'a'"),
        (Count(3), "3"),
        (Text("a"), "'a'"),
        (Pair((1, 2)), "(1,2)"),
        (Point(1, np.int32(2)), "(1,2)"),
        (Mode.FAST, "Mode.FAST"),
        (Number.ONE, "Number.ONE"),
        (Perm.R, "Perm.R"),
        (Perm.RW, "Perm.RW"),
        (Perm(0), "Perm(0)"),
        (Perm(5), "Perm(5)"),
        (Perm(7), "Perm(7)"),
        ((Perm(0), 1), "(Perm(0),1)"),
        (odd["a.b"], "Odd.a%2Eb"),
        (odd["x]"], "Odd.x%5D"),
        (odd["(1,2)"], "Odd.%281%2C2%29"),
        ("a.b]", "'a.b]'"),
    ],
    ids=repr,
)
def test_keys_go_by_value(tagged, key, text):
    root = tagged(SimpleNamespace(by={key: Sensor(1)}))
    assert path(root.by[key]) == f"root.by[{text}].Sensor.value.npy"


def nested(levels):
    key = ()
    for _ in range(levels):
        key = (key,)
    return key


@pytest.mark.parametrize(
    "key",
    [
        1.5,
        None,
        b"a",
        10**5000,
        -(10**700),
        nested(1000),
        nested(30_000),
        object(),
        np.datetime64("2024"),
        frozenset(),
        np.timedelta64(1, "s"),
        (1, 2.5),
        Ellipsis,
    ],
    ids=lambda key: type(key).__name__,
)
def test_a_key_that_makes_no_name_keeps_nothing_else_from_its_tag(tagged, messages, key):
    class Holder:
        pass

    holder = Holder()
    holder.other, holder.by = Sensor(2), {key: [Sensor(1)], "named": Sensor(3)}
    root = SimpleNamespace(**{f"of_{type(key).__name__}_{id(key)}": holder})
    tagged(root)
    assert path(holder.other).endswith(".other.Sensor.value.npy") and path(holder.by["named"]).endswith(
        "['named'].Sensor.value.npy"
    )
    with pytest.raises(cod.TagNotSetException):
        path(holder.by[key][0])
    [message] = messages()
    assert "Sensor" in message and type(key).__name__ in message and ".by" in message


def test_what_lies_under_such_keys_and_is_not_cached_is_not_told_of(tagged, messages):
    tagged(
        SimpleNamespace(
            a=Sensor(1),
            by={1.5: ["nothing"], None: {2.5: np.arange(3)}, b"a": SimpleNamespace(x=1)},
            some={1, 2, (3, "a")},
        )
    )
    assert not messages()


def test_what_also_lies_under_a_name_has_that_one(tagged, messages):
    sensor = Sensor(1)
    root = tagged(SimpleNamespace(a={sensor}, b={1.5: sensor}, z=[sensor]))
    assert path(root.z[0]) == "root.z[0].Sensor.value.npy" and not messages()


def test_strict_raises_for_objects_without_a_name():
    cod.set_options(strict=True)
    with pytest.raises(cod.UncachedError, match="float"):
        cod.set_tag(SimpleNamespace(by={1.5: Sensor(1)}), "T")


@pytest.mark.parametrize(
    "first, name, second",
    [
        (SimpleNamespace(y=Sensor(1)), "x.y", lambda root: root.x.y),
        ([Sensor(1)], "x[0]", lambda root: root.x[0]),
        ({"a": Sensor(1)}, "x['a']", lambda root: root.x["a"]),
        (SimpleNamespace(y=[Sensor(1)]), "x.y[0]", lambda root: root.x.y[0]),
        ({(1,): Sensor(1)}, "x[(1,)]", lambda root: root.x[(1,)]),
    ],
)
def test_dots_and_brackets_in_the_name_of_an_attribute_are_its_own(tagged, first, name, second):
    root = SimpleNamespace(x=first, **{name: Sensor(2)})
    tagged(root)
    assert (second(root).value(), getattr(root, name).value()) == (1, 2)
    assert path(second(root)) != path(getattr(root, name))
    assert (
        path(getattr(root, name))
        == "root."
        + name.replace(".", "%2E").replace("[", "%5B").replace("]", "%5D").replace("'", "%27")
        + ".Sensor.value.npy"
    )


def test_of_two_objects_with_one_name_the_second_is_not_cached(tagged, messages):
    class Other:
        class Mode(enum.Enum):
            FAST = 1

    root = SimpleNamespace(two={Mode.FAST: Sensor(1), Other.Mode.FAST: Sensor(2)})
    for tag in ("T", "T", "U"):
        tagged(root, tag)
        for _ in range(2):
            assert [sensor.value() for sensor in root.two.values()] == [1, 2]
    [message] = messages()
    assert "two objects are called root.two[Mode.FAST].Sensor.value" in message
    cod.set_options(strict=True)
    with pytest.raises(cod.UncachedError, match="two objects"):
        tagged(root, "V")


def test_the_second_one_loses_the_tag_that_it_had(tagged):
    class Other:
        class Mode(enum.Enum):
            FAST = 1

    second = tagged(Sensor(2), "old")
    assert second.value() == 2
    tagged({Mode.FAST: Sensor(1), Other.Mode.FAST: second}, "new")
    second.number = 3
    assert second.value() == 3, "it is not what was stored for another dataset"
