"""Which objects are found, and under which names."""

import collections
import enum
import random

import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Leaf:
    @cache_on_disk
    def m(self):
        return 1


class Node:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)


def names(root):
    return {id(obj): name for obj, name, _ in cod._discover_cachers(root)}


def name_of(root, obj):
    return names(root).get(id(obj))


# The walk of the original, written down a second time and slowly: what our first pass is held to.
def original_names(root, methods):
    found, seen = {}, set()

    def visit(obj, name):
        for method in methods(obj):
            found[id(obj), method] = name
        for attribute in sorted(set(dir(obj))):
            if attribute.startswith("__") or isinstance(getattr(type(obj), attribute, None), property):
                continue
            value = getattr(obj, attribute)
            if callable(value) or type(value) in seen:
                continue
            seen.add(type(value))
            visit(value, f"{name}.{attribute}")

    visit(root, "root")
    return found


def random_graph(seed, cache=cache_on_disk):
    rng = random.Random(seed)
    classes = []
    for c in range(rng.randint(1, 5)):
        body = {}
        for m in rng.sample(range(5), rng.randint(0, 3)):

            def function(self):
                return 1

            function.__qualname__ = f"K{c}.m{m}"
            body[f"m{m}"] = cache(function) if rng.random() < 0.7 else function
        if rng.random() < 0.2:
            body["__call__"] = lambda self: None
        bases = (rng.choice(classes),) if classes and rng.random() < 0.3 else ()
        classes.append(type(f"K{c}", bases, body))
    objects = [rng.choice(classes)() for _ in range(rng.randint(2, 9))]
    for obj in objects:
        for _ in range(rng.randint(0, 4)):
            attribute = rng.choice(["a", "_b", "C", "z", "__d", "e1"])
            other = rng.choice(objects)
            setattr(obj, attribute, rng.choice([other, other, [other], {"k": other}, (other,), 3.5, "text"]))
    return objects


@pytest.mark.parametrize("seed", range(150))
def test_names_of_random_graphs_are_those_of_the_original_and_all_else_is_found(seed):
    objects = random_graph(seed)

    def methods(obj):
        return [n for n in dir(type(obj)) if isinstance(getattr(type(obj), n), type(Leaf.m))]

    expected = original_names(objects[0], methods)
    ours = names(objects[0])
    for (obj, _), name in expected.items():
        assert ours[obj] == name
    # What is reachable, by a walk of the test's own.
    reachable, waiting = {}, [objects[0]]
    while waiting:
        obj = waiting.pop()
        if isinstance(obj, (list, tuple)):
            waiting += obj
        elif isinstance(obj, dict):
            waiting += obj.values()
        elif id(obj) not in reachable and hasattr(obj, "__dict__"):
            reachable[id(obj)] = obj
            waiting += [value for name, value in vars(obj).items() if not name.startswith("__")]
    # Overridden ones count: super().m() reaches them.
    cached = type(Leaf.m)
    assert set(ours) == {
        i
        for i, obj in reachable.items()
        if any(isinstance(v, cached) for c in type(obj).__mro__ for v in vars(c).values())
    }
    assert len(set(ours.values())) == len(ours)


class Color(enum.Enum):
    RED = 1


Pair = collections.namedtuple("Pair", "left right")


def test_elements_of_containers_are_named_by_place_and_key():
    leaves = [Leaf() for _ in range(12)]
    root = Node(
        items=[leaves[0], (leaves[1],)],
        queue=collections.deque([0, leaves[2]]),
        pair=Pair(leaves[3], leaves[4]),
        table={1: leaves[5], "a/b'": leaves[6], Color.RED: leaves[7], (1, "x"): leaves[8], 2: {"y": leaves[9]}},
        ordered=collections.OrderedDict(q=leaves[10]),
        user=collections.UserList([leaves[11]]),
    )
    assert [name_of(root, leaf) for leaf in leaves] == [
        "root.items[0]",
        "root.items[1][0]",
        "root.queue[1]",
        "root.pair.left",
        "root.pair.right",
        "root.table[1]",
        "root.table['a%2Fb%27']",
        "root.table[Color.RED]",
        "root.table[(1,'x')]",
        "root.table[2]['y']",
        "root.ordered['q']",
        "root.user.data[0]",
    ]


def test_a_long_list_is_walked_to_its_limit_and_that_is_told_of_once(messages):
    class Link:
        next = None

        @cache_on_disk
        def m(self):
            return [1]

    links = [Link() for _ in range(6000)]
    for one, other in zip(links, links[1:]):
        one.next = other
    for tag in "AB":
        cod.set_tag(links[0], tag)
    assert cod.statistics(links[0]).total.objects == 5001
    assert links[5000].m() is links[5000].m() and links[5001].m() is not links[5001].m()
    assert [m.split(";")[0] for m in messages()] == [
        "objects that lie more than 5000 steps below the root, a Link, are not cached"
    ]
    for link in links:
        link.next = None


def test_what_has_no_stable_name_is_told_of(messages):
    class InSet(Leaf):
        pass

    root = Node(a={InSet()}, b={object(): Leaf(), 1.5: Leaf()})
    assert not names(root)
    cod.set_tag(root, "T")
    assert len(messages()) == 2  # of each container
    in_set, by_key = messages()
    assert "root.a is a set" in in_set and "InSet" in in_set and "use a list or a dict" in in_set
    assert "root.b has keys" in by_key and "Leaf" in by_key
    assert [(e.method, e.state) for e in cod.explain(root)] == [("root.a", "unusable"), ("root.b", "unusable")]
    cod.set_options(strict=True)
    with pytest.raises(cod.UncachedError, match="root.a is a set"):
        cod.set_tag(root, "T")


def test_nothing_is_evaluated():
    class Trap:
        leaf = Leaf()

        def __getattr__(self, name):
            raise AssertionError(name)

        @property
        def prop(self):
            raise AssertionError("evaluated")

        def __dir__(self):
            raise AssertionError("asked")

        def __iter__(self):
            raise AssertionError("iterated")

        def __eq__(self, other):
            raise AssertionError("compared")

        __hash__ = None

    class TrapList(list):
        def __iter__(self):
            raise AssertionError("iterated")

        def __len__(self):
            raise AssertionError("counted")

    leaf = Leaf()
    root = Node(trap=Trap(), items=TrapList([leaf]))
    assert name_of(root, Trap.leaf) == "root.trap.leaf" and name_of(root, leaf) == "root.items[0]"


def test_what_the_dictionary_holds_under_the_name_of_a_property_is_reached():
    class Lazy:
        @property
        def part(self):
            return 1

    lazy = Lazy()
    lazy.__dict__["part"] = Leaf()
    assert list(names(lazy).values()) == ["root.part"]


def test_slots_and_private_names():
    class Slotted:
        __slots__ = ("_a", "b", "empty", "__weakref__")

        @cache_on_disk
        def m(self):
            return 1

    slotted = Slotted()
    slotted._a, slotted.b = Leaf(), Node(c=Leaf())
    assert sorted(names(slotted).values()) == ["root", "root._a", "root.b.c"]


def test_an_object_that_can_be_called_is_found():
    class Callable(Leaf):
        def __call__(self):
            raise AssertionError

    inner = Leaf()
    member = Callable()
    member.inner = inner
    root = Node(f=member)
    assert name_of(root, member) == "root.f" and name_of(root, inner) == "root.f.inner"


def test_a_bound_method_of_another_is_not_ours():
    leaf = Leaf()
    assert not names(Node(callback=leaf.m, plain=print, cls=Leaf))


def test_a_member_that_appears_later_is_found_by_the_next_walk(tagged, entries):
    root = tagged(Node())
    root.leaf = Leaf()
    root.leaf.m()
    assert not entries()
    tagged(root)
    root.leaf.m()
    assert entries() == ["root.leaf.Leaf.m.npy"]


def test_a_member_that_appears_later_lies_where_the_others_of_its_root_do(tmp_path):
    root = Node(first=Leaf(), leaves=[])
    cod.set_tmpdir(root, tmp_path / "here")
    cod.set_prefix(root, "pre")
    cod.set_tag(root, "T")
    root.later = Leaf()
    root.leaves.append(Leaf())
    cod.set_tag(root, "T")
    root.later.m(), root.leaves[0].m()
    assert sorted(path.name for path in (tmp_path / "here/preT").glob("*.npy")) == [
        "root.later.Leaf.m.npy",
        "root.leaves[0].Leaf.m.npy",
    ]


def test_a_part_with_a_directory_of_its_own_gives_it_to_nobody(tmp_path, monkeypatch):
    root = Node(part=Leaf(), other=Leaf())
    cod.set_tmpdir(root.part, tmp_path / "its_own")
    cod.set_tag(root, "T")
    root.part.m(), root.other.m()
    assert [path.name for path in (tmp_path / "its_own/cacheT").glob("*.npy")] == ["root.part.Leaf.m.npy"]


def test_as_in_the_original_later_members_may_have_the_defaults(tmp_path):
    root = Node(first=Leaf())
    cod.set_tmpdir(root, tmp_path / "here")
    cod.set_tag(root, "T")
    root.later = Leaf()
    cod._core.give_new_members_defaults(True)
    try:
        cod.set_tag(root, "T")
    finally:
        cod._core.give_new_members_defaults(False)
    root.later.m(), root.first.m()
    assert [path.name for path in (tmp_path / "here/cacheT").glob("*.npy")] == ["root.first.Leaf.m.npy"]


def test_a_long_chain_is_walked_without_recursion():
    leaf = current = Leaf()
    for _ in range(4000):
        current = Node(next=current, other=None)
    assert name_of(current, leaf) == "root" + ".next" * 4000
    for _ in range(3000):
        current = Node(next=current)
    assert not names(current)  # too deep, which is told


def test_ten_thousand_objects_of_one_class_in_a_list():
    leaves = [Leaf() for _ in range(10_000)]
    found = names(leaves)
    assert len(found) == 10_000 and found[id(leaves[1234])] == "root[1234]"
