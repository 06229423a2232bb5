"""What programs reach in the original besides its documented names: the list of cachers, and parts of a cacher."""

import numpy as np
import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Loop:
    calls = 0

    @cache_on_disk
    def gain(self):
        type(self).calls += 1
        return np.arange(3.0)

    @cache_on_disk
    def other(self):
        return 5


class Alike(Loop):
    """Equal to all others, and without a hash."""

    def __eq__(self, other):
        return True

    __hash__ = None


@pytest.mark.parametrize("kind", [Loop, Alike])
def test_the_list_of_cachers_is_a_mapping_by_identity(tagged, kind):
    loops = [tagged(kind(), f"T{i}") for i in range(3)]
    cachers = Loop.gain.cacher_list
    mine = [known for known in cachers if any(known is loop for loop in loops)]
    assert len(mine) == 3 and all(loop in cachers for loop in loops) and kind() not in cachers
    assert sorted(cachers[loop]._tag for loop in loops) == ["T0", "T1", "T2"]
    assert len(cachers) == len(list(cachers.keys())) == len(list(cachers.values())) == len(list(cachers.items()))
    assert {cacher._tag for known, cacher in cachers.items() if any(known is loop for loop in loops)} == {
        "T0",
        "T1",
        "T2",
    }
    assert cachers.get(loops[1])._tag == "T1" and cachers.get(kind()) is None and cachers.get(kind(), 7) == 7


def test_what_is_taken_out_of_the_list_has_no_tag(tagged):
    first, second = tagged(Loop(), "A"), tagged(Loop(), "B")
    cachers = Loop.gain.cacher_list
    assert isinstance(cachers.pop(first), cod.DiskCacher)
    assert cod.explain(first.gain).state == "untagged" and cod.explain(first.other).state == "missing"
    assert cachers.pop(Loop(), None) is None
    with pytest.raises(KeyError):
        cachers.pop(Loop())
    cachers.clear()
    assert cod.explain(second.gain).state == "untagged"


def test_the_list_keeps_no_object_alive(tagged):
    import gc

    before = len(Loop.gain.cacher_list)
    loop = tagged(Loop())
    assert len(Loop.gain.cacher_list) == before + 1
    del loop
    gc.collect()
    assert len(Loop.gain.cacher_list) == before


def test_a_cacher_tells_what_it_is_of(tagged):
    loop = tagged(Loop())
    cacher = cod.get_disk_cacher(loop, loop.gain)
    assert cacher._original_function is Loop.gain.__wrapped__ and cacher._method_name == "Loop.gain"
    assert cacher._funcid == "root.Loop.gain" and cacher._data is None


def test_memory_and_disk_are_changed_by_hand(tagged, entries):
    loop = tagged(Loop())
    cacher = cod.get_disk_cacher(loop, loop.gain)
    with pytest.raises(FileNotFoundError):
        cacher._load_from_disk()
    assert Loop.calls == 0 and entries() == []
    loop.gain()
    calls = Loop.calls
    cacher._data = None
    assert (
        cod.explain(loop.gain).state == "disk" and list(cacher._load_from_disk()) == [0, 1, 2] and Loop.calls == calls
    )
    cacher._data = np.arange(5)
    cacher._save_to_disk()
    assert list(np.load(cacher.fullpath())) == [0, 1, 2, 3, 4] == list(loop.gain())
    cacher._delete_from_disk()
    assert entries() == []
    cacher._delete_from_disk()


def test_objects_in_large_dicts_are_found_among_plain_values(tagged, entries):
    class Root:
        pass

    class Bare(Loop.__mro__[-1]):  # no attributes: the collector of garbage does not know its objects
        __slots__ = ()

        @cache_on_disk
        def m(self):
            return 1

    root = Root()
    root.plain = {str(i): float(i) for i in range(1000)}
    root.late = {str(i): i for i in range(1000)}
    root.late["one"] = Loop()
    root.changed = {str(i): i for i in range(10)}
    root.changed["3"] = Loop()
    root.nested = {"a": {"b": {"c": Loop()}}}
    root.bare = {"x": Bare(), "y": 2}
    tagged(root)
    for loop in (root.late["one"], root.changed["3"], root.nested["a"]["b"]["c"]):
        loop.other()
    assert cod.explain(root.bare["x"].m).path.endswith(
        "root.bare['x'].test_objects_in_large_dicts_are_found_among_plain_values.<locals>.Bare.m.npy"
    )
    assert entries() == [
        "root.changed['3'].Loop.other.npy",
        "root.late['one'].Loop.other.npy",
        "root.nested['a']['b']['c'].Loop.other.npy",
    ]


def test_a_large_file_that_was_just_stored_is_gone_at_once(tagged, entries):
    class Large:
        @cache_on_disk
        def m(self):
            return np.zeros(1 << 19)

        @cache_on_disk(by_arguments=True)
        def n(self, x):
            return np.full(1 << 17, x)

    large = tagged(Large())
    for _ in range(3):
        large.m()
        large.n(1)
        large.n(2)
        assert len(entries()) == 3 and cod.clear_cache(large).deleted == 3 and entries() == []
