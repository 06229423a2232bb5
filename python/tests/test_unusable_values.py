"""Values that cannot be stored, and entries that cannot be read: the call gives what the function gives."""

import os
import pickle

import numpy as np
from value_holder import Holder

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


def test_a_generator_is_handed_out_and_told_of(tagged, entries, messages):
    class Counter:
        @cache_on_disk
        def count(self):
            yield from range(3)

    counter = tagged(Counter())
    assert list(counter.count()) == [0, 1, 2] and list(counter.count()) == [0, 1, 2]
    assert not entries() and sum("generator" in m for m in messages()) == 1


def test_what_cannot_be_pickled_is_given_and_kept_in_memory(tagged, entries, messages):
    holder = tagged(Holder(lambda: 1))
    assert holder.get()() == 1 and holder.get()() == 1 and holder.calls == 1
    assert not entries() and len(messages()) == 1


def test_a_value_that_cannot_be_read_back_is_not_stored(tagged, entries):
    class Broken:
        def __reduce__(self):
            return int, ("no number",)

    holder = tagged(Holder(Broken()))
    assert isinstance(holder.get(), Broken) and not entries()


def test_an_entry_of_an_unknown_class_is_left_alone_and_ours_goes_beside(tagged, entries, tmp_path):
    (tmp_path / "cacheT").mkdir(mode=0o700)
    foreign = tmp_path / "cacheT/root.Holder.get.npy"
    foreign.write_bytes(b"\x80\x03cno_such_module\nThing\n)\x81.")
    before = foreign.read_bytes()
    assert tagged(Holder(5)).get() == 5
    assert foreign.read_bytes() == before and len(entries()) == 2
    holder = Holder()
    assert tagged(holder).get() == 5 and holder.calls == 0


def test_files_of_others_give_plain_data_and_never_code(tagged, tmp_path):
    class Code:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "made"),)

    (tmp_path / "cacheT").mkdir(mode=0o700)
    for name, value in (("get", Code()), ("fresh", {"plain": np.arange(3)}), ("own", np.array([Code()], dtype=object))):
        path = tmp_path / f"cacheT/root.Holder.{name}.npy"
        with open(path, "wb") as file:
            np.save(file, value) if name == "own" else pickle.dump(value, file)
    holder = Holder("computed")
    cod.set_trust(holder, "plain")
    tagged(holder)
    assert holder.get() == "computed" and holder.own() == "computed" and not (tmp_path / "made").exists()
    assert np.array_equal(holder.fresh()["plain"], np.arange(3))


def test_a_damaged_entry_is_computed_again(tagged, tmp_path):
    tagged(Holder(np.arange(1000.0))).get()
    path = tmp_path / "cacheT/root.Holder.get.npy"
    data = bytearray(path.read_bytes())
    data[500] ^= 1
    path.write_bytes(data)
    holder = Holder("new")
    assert tagged(holder).get() == "new" and tagged(Holder()).get() == "new"
    path.write_bytes(path.read_bytes()[:-3])
    assert tagged(Holder("newer")).get() == "newer"
