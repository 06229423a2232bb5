"""Objects that changed places, tagged again with the same tag: none is ever given what is stored for another."""

import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Loop:
    def __init__(self, number):
        self.number = number
        self.calls = 0

    @cache_on_disk
    def value(self):
        self.calls += 1
        return self.number

    @cache_on_disk
    def at(self, i):
        return 10 * self.number + i


class Root:
    def __init__(self, *numbers):
        self.loops = [Loop(number) for number in numbers]


@pytest.fixture
def tag(tmp_path):
    def set_tag(root, name="night"):
        cod.set_tmpdir(root, str(tmp_path))
        cod.set_tag(root, name)
        for loop in getattr(root, "loops", []):
            assert (loop.value(), loop.at(2)) == (loop.number, 10 * loop.number + 2)

    return set_tag


def name(loop):
    return cod.get_disk_cacher(loop, "value").fullpath().rsplit("/", 1)[1]


def test_objects_that_exchange_places_keep_their_names(tag):
    root = Root(1, 2, 3)
    tag(root)
    root.loops[0], root.loops[1] = root.loops[1], root.loops[0]
    tag(root)
    assert [name(loop) for loop in root.loops] == [f"root.loops[{i}].Loop.value.npy" for i in (1, 0, 2)]
    root.loops.sort(key=lambda loop: -loop.number)
    tag(root)
    del root.loops[1]
    tag(root)
    assert [loop.calls for loop in root.loops] == [1, 1]


def test_a_new_object_does_not_get_the_name_of_one_that_moved(tag):
    root = Root(1, 2)
    tag(root)
    root.loops.insert(0, Loop(9))
    tag(root)
    tag(root)
    assert root.loops[0].calls == 2
    assert "has changed its place" in str(cod.statistics(root).uncached)
    tag(root, "another")
    assert cod.explain(root.loops[0], "value").state == "memory"


def test_attributes_that_lead_to_other_objects_are_told_apart(tag):
    class Pointing(Root):
        def __init__(self, *numbers):
            self.current = None
            super().__init__(*numbers)

    root = Pointing(1, 2, 3)
    for chosen in (0, 2, 1, 1, 0):
        root.current = root.loops[chosen]
        tag(root)
    assert [loop.calls for loop in root.loops] == [1, 1, 1]


def test_dictionaries_and_two_roots_keep_the_names_of_their_objects(tag):
    root = Root(1, 2)
    tag(root)
    other = Root()
    other.by_name = {"first": root.loops.pop()}
    tag(other)
    assert other.by_name["first"].value() == 2
    assert name(other.by_name["first"]) == "root.loops[1].Loop.value.npy"


def test_names_are_known_when_a_tag_comes_back(tag):
    root = Root(1, 2, 3)
    tag(root, "one")
    tag(root, "two")
    root.loops.reverse()
    tag(root, "one")
    assert name(root.loops[0]) == "root.loops[2].Loop.value.npy"
    root.loops.insert(0, Loop(4))
    for one in ("two", "three", "one", "two", "three"):
        tag(root, one)
        root.loops.reverse()


def test_objects_that_stay_and_later_ones_are_named_by_their_places(tag):
    root = Root(1)
    for number in (2, 3):
        tag(root)
        root.loops.append(Loop(number))
    tag(root)
    assert [name(loop) for loop in root.loops] == [f"root.loops[{i}].Loop.value.npy" for i in range(3)]
    assert [loop.calls for loop in root.loops] == [1, 1, 1]


def test_a_part_that_was_tagged_alone_is_named_from_the_whole(tag):
    root = Root(1, 2)
    for loop in root.loops:
        tag(loop)
    root.loops[0].value()
    tag(root)
    assert name(root.loops[1]) == "root.loops[1].Loop.value.npy"
