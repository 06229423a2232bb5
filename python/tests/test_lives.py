"""The lives of objects, classes and interpreters, and what an object costs."""

import copy
import dataclasses
import gc
import os
import pickle
import subprocess
import sys
import weakref

import numpy as np
import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk, get_disk_cacher, set_tag


class Plain:
    calls = 0

    @cache_on_disk
    def m(self):
        type(self).calls += 1
        return 1


def test_instances_die_and_an_address_used_again_means_nothing(tagged):
    for i in range(200):
        plain = Plain()
        if i % 2:
            tagged(plain)
        Plain.calls = 0
        plain.m(), plain.m()
        assert i % 2 or Plain.calls == 2, "an untagged object took the place of a tagged one"
        reference = weakref.ref(plain)
        del plain
        assert reference() is None


class SelfReferring:
    @cache_on_disk
    def me(self):
        return {"me": self, "values": [1, 2]}

    @cache_on_disk
    def bound(self):
        return lambda: self


def test_a_value_that_refers_to_its_object_keeps_it_not_alive(tagged):
    obj = tagged(SelfReferring())
    assert obj.me()["values"] == [1, 2]
    obj.bound()
    reference = weakref.ref(obj)
    del obj
    gc.collect()
    assert reference() is None


def test_nothing_leaks(tagged):
    def churn():
        for _ in range(50):
            plain = tagged(Plain())
            plain.m()
            tagged(plain, "other")
            plain.m()
            copy.deepcopy(plain)

    churn()
    gc.collect()
    before = len(gc.get_objects())
    churn()
    gc.collect()
    assert len(gc.get_objects()) - before < 20


def test_a_hundred_thousand_objects_cost_little():
    code = """
import gc, os, sys
from cache_on_disk import cache_on_disk, set_options, set_tag

class Small:
    __slots__ = ("__weakref__",)

    @cache_on_disk
    def m(self):
        return True

def tag_and_call(count, tag):
    objects = [Small() for _ in range(count)]
    before = resident()
    set_tag(objects, tag)
    for o in objects:
        o.m()
    gc.collect()
    return objects, (resident() - before) / count

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGESIZE")

set_options(mode="readonly")
tag_and_call(2000, "first")
print(tag_and_call(100_000, "second")[1])
"""
    if not os.path.exists("/proc/self/statm"):
        pytest.skip("no /proc here")
    cost = float(
        subprocess.check_output(
            [sys.executable, "-c", code], text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        )
    )
    assert cost <= 200


def test_an_address_with_many_like_it_is_found(tagged):
    """Objects that lie far apart at equal distances would all have one place in a plain table."""

    class Wide:
        __slots__ = ("__weakref__", *(f"a{i}" for i in range(520)))

        @cache_on_disk
        def m(self):
            return len(self.__slots__)

    objects = tagged([Wide() for _ in range(3000)])
    cod.set_options(mode="readonly")
    assert {o.m() for o in objects} == {521}
    del objects[::2]
    assert {o.m() for o in objects} == {521}


def test_a_class_and_its_cached_functions_die_together(tagged):
    def make():
        class Local:
            @cache_on_disk
            def m(self):
                return [1]

        obj = tagged(Local())
        obj.m()
        Local.keep = obj  # a cycle through class, function, cell and object
        return weakref.ref(Local)

    reference = make()
    gc.collect()
    assert reference() is None


@pytest.mark.parametrize("copier", [copy.copy, copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))])
def test_copies_start_untagged(tagged, copier):
    original = tagged(Plain())
    original.m()
    duplicate = copier(original)
    Plain.calls = 0
    assert duplicate.m() == 1 and Plain.calls == 1
    assert get_disk_cacher(duplicate, duplicate.m)._tag is None


@dataclasses.dataclass
class Data:
    x: int = 1

    @cache_on_disk
    def m(self):
        return self.x


class Slotted:
    __slots__ = ("x",)

    @cache_on_disk
    def m(self):
        return [1]


def test_objects_without_weak_references_are_let_go_when_untagged(tagged):
    slotted = tagged(Slotted())
    slotted.m()
    count = sys.getrefcount(slotted)
    set_tag(slotted, None)
    assert sys.getrefcount(slotted) == count - 1


def test_a_second_tag_brings_a_second_dataset(tagged):
    class Data:
        def __init__(self):
            self.x = 1

        @cache_on_disk
        def m(self):
            return np.full(2, self.x)

    data = tagged(Data(), "one")
    assert data.m()[0] == 1
    data.x = 2
    assert tagged(data, "two").m()[0] == 2
    assert tagged(data, "one").m()[0] == 1


def test_subinterpreters_are_refused_or_work():
    code = (
        "import sys\ntry:\n    import _xxsubinterpreters as s\nexcept ImportError:\n    import _interpreters as s\n"
        "import cache_on_disk\ni = s.create()\n"
        "try:\n    s.run_string(i, 'try:\\n    import cache_on_disk\\nexcept ImportError:\\n    pass')\nexcept Exception:\n    pass\n"
        "print('alive')"
    )
    if sys.version_info >= (3, 13):
        code = code.replace("s.run_string(", "s.exec(")
    environment = {"PYTHONPATH": ":".join(sys.path)}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0 and "alive" in result.stdout, result.stderr
