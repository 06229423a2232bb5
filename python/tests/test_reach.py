"""A walk enters only what leads to something cached: whatever holds it is found to lead there, and names are those of a full walk."""

import collections
import ctypes
import dataclasses
import datetime
import enum
import functools
import io
import random
import types
import weakref

import numpy as np
import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Leaf:
    @cache_on_disk
    def m(self):
        return 1


class Plain:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)


def names_below(root):
    return sorted(name for _, name, _ in cod._discover_cachers(root))


def strangers(depth=3):
    """Objects of many kinds that hold nothing cached, as a library keeps them."""
    if depth == 0:
        return [1.5, "text", None, np.zeros(3), print, len]
    inner = strangers(depth - 1)
    return Plain(
        table={"a": inner, 1.5: inner, (1,): 2},
        numbers=[1, 2.5, inner],
        group={1, "a", frozenset([2])},
        itself=inner,
        ordered=collections.OrderedDict(a=inner),
        waiting=collections.deque([inner]),
        seen=weakref.WeakValueDictionary(),
    )


class WithSlots:
    __slots__ = ("held", "empty")


class SlotsBelow(WithSlots):
    __slots__ = ("more", "__weakref__")


class SlotsAndDictionary(WithSlots):
    pass


class InClass:
    held = Leaf()


class ListInClass:
    held = [Leaf()]


class Colour(enum.Enum):
    RED = 1


class WithPart:
    @property
    def held(self):
        raise AssertionError("evaluated")


class Structure(ctypes.Structure):
    pass


class Measured(np.ndarray):
    pass


Pair = collections.namedtuple("Pair", "first second")


class PairWithAttributes(Pair):
    pass


@dataclasses.dataclass
class Record:
    held: object


def holding(made):
    made.held = Leaf()
    return made


def derived(kind):
    return type(f"Own{kind.__name__}", (kind,), {})


def in_dictionary(made):
    made.__dict__["held"] = Leaf()
    return made


attribute_holders = {
    "a plain object": lambda: holding(Plain()),
    "a slot": lambda: holding(WithSlots()),
    "a slot of a base": lambda: holding(SlotsBelow()),
    "a dictionary beside slots": lambda: holding(SlotsAndDictionary()),
    "a class": InClass,
    "a dataclass": lambda: Record(Leaf()),
    "a member of an enumeration": lambda: holding(Colour.RED),
    "what a property hides": lambda: in_dictionary(WithPart()),
    "a namespace": lambda: types.SimpleNamespace(held=Leaf()),
    "an exception": lambda: holding(ValueError("text")),
    "an exception of its own class": lambda: holding(derived(KeyError)("text")),
    "a partial": lambda: holding(functools.partial(len)),
    "an array of its own class": lambda: holding(np.zeros(3).view(Measured)),
    "a masked array": lambda: holding(np.ma.zeros(3)),
    "a structure of ctypes": lambda: holding(Structure()),
    "a file": lambda: holding(derived(io.BytesIO)()),
    "an object that can be called": lambda: holding(type("Called", (), {"__call__": len})()),
    "a weak reference of its own class": lambda: holding(derived(weakref.ref)(Leaf)),
    **{
        f"a {kind.__name__} of its own class": lambda kind=kind: holding(derived(kind)())
        for kind in (
            list,
            dict,
            set,
            frozenset,
            tuple,
            collections.deque,
            collections.OrderedDict,
            collections.defaultdict,
            collections.Counter,
            collections.UserDict,
            int,
            str,
            float,
            bytes,
        )
    },
    "a date of its own class": lambda: holding(derived(datetime.datetime)(2026, 1, 1)),
    "a named tuple of its own class": lambda: holding(PairWithAttributes(1, 2)),
}

element_holders = {
    "[0]": lambda leaf: [leaf],
    "[1]": lambda leaf: (1, leaf),
    "['k']": lambda leaf: {"k": leaf},
    "[2]": lambda leaf: collections.deque([1, 2, leaf]),
    "['o']": lambda leaf: collections.OrderedDict(n=1, o=leaf),
    "['d']": lambda leaf: collections.defaultdict(int, d=leaf),
    "['c']": lambda leaf: derived(dict)(c=leaf),
    "[3]": lambda leaf: derived(list)([1, 2, 3, leaf]),
    "[4]": lambda leaf: derived(tuple)((1, 2, 3, 4, leaf)),
    "[5]": lambda leaf: derived(collections.deque)([0] * 5 + [leaf]),
    ".second": lambda leaf: Pair(1, leaf),
    ".first": lambda leaf: PairWithAttributes(leaf, 2),
    ".data['u']": lambda leaf: collections.UserDict(u=leaf),
    ".held": lambda leaf: Plain(held=leaf),
    "[Colour.RED]": lambda leaf: {Colour.RED: leaf, 1.5: 2},
    ".args[0]": lambda leaf: functools.partial(print, leaf),
    ".keywords['k']": lambda leaf: functools.partial(print, k=leaf),
}


@pytest.mark.parametrize("kind", attribute_holders)
def test_an_attribute_of_whatever_kind_of_object_is_found_among_strangers(kind):
    holder = attribute_holders[kind]()
    first = [Leaf(), strangers()]  # of the class that the walk of the original enters once
    root = Plain(a=first[0], b=strangers(), c=[strangers(1), Plain(d=holder), strangers(2)], e=strangers())
    assert names_below(root) == ["root.a", "root.c[1].d.held"]
    assert names_below([strangers(), {"k": holder}]) == ["root[1]['k'].held"]


@pytest.mark.parametrize("step", element_holders)
def test_an_element_of_whatever_kind_of_container_is_found_among_strangers(step):
    holder = element_holders[step](Leaf())
    root = Plain(a=Leaf(), b=strangers(), c=[strangers(1), Plain(d=holder), strangers(2)], e=strangers())
    assert names_below(root) == ["root.a", f"root.c[1].d{step}"]


def test_what_classes_hold_is_found():
    assert names_below(Plain(a=strangers(), b=[ListInClass()])) == ["root.b[0].held[0]"]


def test_what_lies_under_names_that_no_walk_follows_is_not_found():
    hidden = Plain(__private__=Leaf(), __of_nobody=[Leaf()])
    hidden.__dict__["__a"] = Leaf()
    keyed = {Leaf(): 1}
    assert names_below(Plain(a=hidden, b=keyed, c=(one for one in [Leaf()]), d=[Leaf().m, len, Leaf])) == []


def test_the_first_of_several_ways_gives_the_name_however_the_others_were_found():
    leaf = Leaf()
    near, far = [leaf], Plain(x=Plain(y=[strangers(), leaf]))
    assert names_below([far, near]) == ["root[0].x.y[1]"]
    assert names_below([near, far]) == ["root[0][0]"]


def test_circles_lead_on():
    one, other = Plain(), Plain()
    one.other, other.one = other, [one]
    assert names_below([one]) == []
    other.table = {"k": [one, Leaf()]}
    assert names_below([one]) == ["root[0].other.table['k'][1]"]


def test_what_is_found_already_leads_to_the_rest():
    class Part(Leaf):
        def __init__(self):
            self.parts = []

    root = Part()
    root.parts.append(Part())
    root.parts[0].parts = (Part(), {"k": root})
    assert names_below(root) == ["root", "root.parts[0]", "root.parts[0].parts[0]"]


def test_a_long_chain_of_plain_objects_is_nobodys_trouble(messages):
    current = None
    for _ in range(6000):
        current = Plain(next=current)
    root = Plain(leaf=Leaf(), chain=current)
    cod.set_tag(root, "T")
    assert not messages()
    while current is not None:
        current.next, current = None, current.next


@pytest.mark.parametrize("count", [300, 15_000], ids=["few", "so many that all is entered"])
def test_names_of_many_objects_among_strangers(count):
    root = Plain(objects=[Leaf() for _ in range(count)], others=[strangers(1), [Leaf()]])
    assert names_below(root) == sorted(["root.others[1][0]", *(f"root.objects[{i}]" for i in range(count))])


# A walk of the test's own that enters everything, in the order that is promised.
def names_of_full_walk(root):
    found, visited = {}, set()

    def visit(current, name):
        if id(current) in visited or isinstance(current, (str, float, int, type(None))):
            return
        visited.add(id(current))
        if isinstance(current, Leaf):
            found[id(current)] = name
        for attribute, value in sorted(getattr(current, "__dict__", {}).items()):
            visit(value, f"{name}.{attribute}")
        if isinstance(current, dict):
            for key, value in dict.items(current):
                visit(value, f"{name}['{key}']")
        elif isinstance(current, (list, tuple, collections.deque)):
            for place, value in enumerate(current):
                visit(value, f"{name}[{place}]")

    visit(root, "root")
    return found


kinds = [
    Plain,
    Plain,
    Plain,
    derived(list),
    derived(dict),
    derived(collections.OrderedDict),
    derived(collections.deque),
    derived(Exception),
    dict,
    list,
]


@pytest.mark.parametrize("seed", range(200))
def test_names_of_random_graphs_are_those_of_a_walk_that_enters_everything(seed):
    rng = random.Random(seed)
    objects = [rng.choice(kinds)() for _ in range(rng.randint(3, 40))] + [Leaf() for _ in range(rng.randint(0, 4))]
    for one in objects:
        for name in rng.sample("abcdef", rng.randint(0, 3)):
            value = rng.choice([rng.choice(objects), rng.choice(objects), 1.5, "text"])
            if isinstance(one, dict):
                one[name] = value
            elif isinstance(one, (list, collections.deque)):
                one.append(value)
            if hasattr(one, "__dict__") and rng.random() < 0.7:
                setattr(one, name, value)
    root = [objects[0]]  # the walk of the original enters no list, so all names are of the other
    assert {id(one): name for one, name, _ in cod._discover_cachers(root)} == names_of_full_walk(root)
