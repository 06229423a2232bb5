"""Classes and objects of every kind, and their lives."""

import abc
import copy
import dataclasses
import functools
import gc
import os
import pickle
import subprocess
import sys
import types
import typing
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
    cost = float(subprocess.check_output([sys.executable, "-c", code], text=True,
                                         env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}))
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


class Tuple(tuple):
    @cache_on_disk
    def m(self):
        return len(self)


class Odd:
    __hash__ = None

    def __eq__(self, other):
        raise AssertionError("compared")

    def __bool__(self):
        raise AssertionError("asked")

    @cache_on_disk
    def m(self):
        return 1


T = typing.TypeVar("T")


class Generic(typing.Generic[T]):
    @cache_on_disk
    def m(self):
        return 1


class Meta(type):
    def __getattr__(cls, name):
        raise AttributeError(name)


class WithMeta(metaclass=Meta):
    @cache_on_disk
    def m(self):
        return 1


@pytest.mark.parametrize("make", [Data, Slotted, lambda: Tuple((1, 2)), Odd, Generic[int], WithMeta])
def test_classes_of_every_kind(tagged, entries, make):
    obj = tagged(make())
    assert obj.m() == obj.m() and len(entries()) == 1
    set_tag(obj, None)
    assert obj.m() == obj.m()


def test_objects_without_weak_references_are_let_go_when_untagged(tagged):
    slotted = tagged(Slotted())
    slotted.m()
    count = sys.getrefcount(slotted)
    set_tag(slotted, None)
    assert sys.getrefcount(slotted) == count - 1


def test_a_swapped_class_does_not_raise(tagged):
    plain = tagged(Plain())
    plain.m()
    plain.__class__ = type("Other", (Plain,), {})
    assert plain.m() == 1


class Base:
    @cache_on_disk
    def m(self):
        return "base"


class Derived(Base):
    @cache_on_disk
    def m(self):
        return "derived of " + super().m()


def test_super_is_cached_under_the_parents_name(tagged, entries):
    assert tagged(Derived()).m() == "derived of base"
    assert entries() == ["root.Base.m.npy", "root.Derived.m.npy"]


class Sibling(Base):
    pass


class SharedBase:
    @cache_on_disk(inherit=True)
    def m(self):
        return type(self).__name__


class SharedSibling(SharedBase):
    pass


def test_two_classes_that_inherit_one_method_do_not_share_unless_told_so(tagged, entries):
    tagged(Base()).m()
    tagged(Sibling()).m()
    assert len(entries()) == 2 and entries()[0] == "root.Base.m.npy"
    tagged(SharedBase(), "S").m()
    assert tagged(SharedSibling(), "S").m() == "SharedBase" and len(entries("S")) == 1


def test_identity_outlives_a_move_of_the_code(tagged):
    def make(module, **options):
        def m(self):
            return module
        m.__qualname__, m.__module__ = "Moved.m", module
        return type("Moved", (), {"m": cache_on_disk(**options)(m), "__module__": "same"})

    tagged(make("old", identity="id")()).m()
    assert tagged(make("new", identity="id")()).m() == "old"
    tagged(make("old")(), "U").m()
    assert tagged(make("new")(), "U").m() == "new"


def test_a_higher_version_replaces(tagged, entries):
    def make(version):
        def m(self):
            return version
        m.__qualname__ = "V.m"
        return type("V", (), {"m": cache_on_disk(version=version)(m)})

    for version, expected in ((1, 1), (1, 1), (2, 2), (2, 2)):
        assert tagged(make(version)()).m() == expected
    assert len(entries()) == 1


def test_decorators_in_either_order(tagged, entries, messages):
    class Stacked:
        calls = 0

        @property
        @cache_on_disk
        def over(self):
            Stacked.calls += 1
            return 1

        @cache_on_disk
        @property
        def under(self):
            Stacked.calls += 1
            return 2

        @functools.cached_property
        @cache_on_disk
        def lazy(self):
            Stacked.calls += 1
            return 3

        @staticmethod
        @cache_on_disk
        def static(x=4):
            return x

        @classmethod
        @cache_on_disk
        def of_class(cls):
            return 5

        @cache_on_disk
        @staticmethod
        def static_under():
            return 6

    for _ in range(2):
        stacked = tagged(Stacked())
        assert (stacked.over, stacked.under, stacked.lazy, stacked.static(), stacked.of_class(), stacked.static_under()) == (1, 2, 3, 4, 5, 6)
    assert Stacked.calls == 3 and len(entries()) == 3
    assert len([m for m in messages() if "belongs to no object" in m]) == 3


def test_what_is_no_function_is_left_as_it_is(messages):
    marker = functools.partialmethod(print)
    assert cache_on_disk(marker) is marker and cache_on_disk(7) == 7 and len(messages()) == 2


def test_abstract_methods_stay_abstract():
    class Abstract(abc.ABC):
        @cache_on_disk
        @abc.abstractmethod
        def m(self):
            """."""

    with pytest.raises(TypeError):
        Abstract()


def test_lambdas_partials_and_callables(tagged, entries):
    class Callable:
        def __call__(self, obj):
            return 3

    class Holder:
        lam = cache_on_disk(lambda self: 1)
        part = cache_on_disk(functools.partial(lambda a, self: a, 2))
        call = cache_on_disk(Callable())

    holder = tagged(Holder())
    assert holder.lam() == 1 and holder.part() == 2 and holder.call() == 3
    assert len(entries()) == 3


def test_proxies_that_make_up_attributes(tagged):
    class Proxy:
        def __init__(self, target):
            object.__setattr__(self, "target", target)

        def __getattr__(self, name):
            return getattr(object.__getattribute__(self, "target"), name)

        def __setattr__(self, name, value):
            setattr(object.__getattribute__(self, "target"), name, value)

    plain = Plain()
    proxy = Proxy(plain)
    tagged(proxy)
    assert get_disk_cacher(plain, plain.m).fullpath().endswith("root.target.Plain.m.npy")
    cod.set_tag(weakref.proxy(plain), "ignored")  # finds nothing behind it
    assert get_disk_cacher(plain, plain.m)._tag == "T"


def test_dynamic_classes_and_namespaces(tagged):
    namespace = types.SimpleNamespace(plain=Plain())
    tagged(namespace)
    assert get_disk_cacher(namespace.plain, "m").fullpath().endswith("root.plain.Plain.m.npy")


def test_exceptions_pass_untouched(tagged, entries):
    class Failing:
        @cache_on_disk
        def m(self):
            raise KeyError("mine")

    failing = tagged(Failing())
    with pytest.raises(KeyError) as caught:
        failing.m()
    assert caught.value.__context__ is None and caught.value.__cause__ is None and not entries()


@pytest.mark.parametrize("tag, error", [("", ValueError), ("a/b", ValueError), (".", ValueError), ("..", ValueError), ("a\0", ValueError),
                                        ("\udc80", ValueError), ("x" * 300, ValueError), (3, TypeError), (b"T", TypeError)])
def test_bad_tags_are_refused_when_they_are_set(tag, error):
    plain = Plain()
    if tag in ("", ".", ".."):
        cod.set_prefix(plain, "")
    with pytest.raises(error) as caught:
        set_tag(plain, tag)
    assert isinstance(caught.value, cod.CacheOnDiskError)


@pytest.mark.parametrize("call, error", [
    (lambda: cod.set_tmpdir(Plain(), 3), TypeError), (lambda: cod.set_tmpdir(Plain(), ""), ValueError),
    (lambda: cod.set_prefix(Plain(), None), TypeError), (lambda: cod.set_trust(Plain(), "all"), ValueError),
    (lambda: cache_on_disk(version=-1), ValueError), (lambda: cache_on_disk(version="1"), TypeError),
    (lambda: cache_on_disk(writable=1), TypeError), (lambda: cache_on_disk(identity=""), ValueError),
    (lambda: cod.set_options(mode="no"), ValueError), (lambda: cod.set_options(nothing=1), TypeError),
    (lambda: cod.set_options(max_wait=-1), ValueError), (lambda: cod.warm(Plain(), workers=0), ValueError),
    (lambda: cod.put(Plain().m, 1), cod.TagNotSetException), (lambda: cod.put(print, 1), TypeError)])
def test_bad_input_is_told_at_once(call, error):
    with pytest.raises(error) as caught:
        call()
    assert isinstance(caught.value, cod.CacheOnDiskError) and "cache_on_disk" in str(caught.value)


def test_trouble_with_the_directory_costs_no_value_and_is_told_once(tmp_path, messages):
    plain = Plain()
    cod.set_tmpdir(plain, tmp_path / "file/below")
    (tmp_path / "file").write_text("")
    set_tag(plain, "T")
    other = Plain()
    cod.set_tmpdir(other, tmp_path / "file/below")
    set_tag(other, "T")
    assert plain.m() == 1 and other.m() == 1
    assert len(messages()) == 1 and str(tmp_path) in messages()[0]


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
    code = ("import sys\ntry:\n    import _xxsubinterpreters as s\nexcept ImportError:\n    import _interpreters as s\n"
            "import cache_on_disk\ni = s.create()\n"
            "try:\n    s.run_string(i, 'try:\\n    import cache_on_disk\\nexcept ImportError:\\n    pass')\nexcept Exception:\n    pass\n"
            "print('alive')")
    if sys.version_info >= (3, 13):
        code = code.replace("s.run_string(", "s.exec(")
    environment = {"PYTHONPATH": ":".join(sys.path)}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0 and "alive" in result.stdout, result.stderr
