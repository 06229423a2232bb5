"""Classes and functions of every kind."""

import abc
import dataclasses
import functools
import types
import typing
import weakref

import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk, get_disk_cacher, set_tag


class Plain:
    calls = 0

    @cache_on_disk
    def m(self):
        type(self).calls += 1
        return 1


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
        assert (
            stacked.over,
            stacked.under,
            stacked.lazy,
            stacked.static(),
            stacked.of_class(),
            stacked.static_under(),
        ) == (1, 2, 3, 4, 5, 6)
    assert Stacked.calls == 3 and len(entries()) == 3
    assert len([m for m in messages() if "belongs to no object" in m]) == 3


def test_what_is_no_function_is_left_as_it_is(messages):
    marker = functools.partialmethod(print)
    assert cache_on_disk(marker) is marker and cache_on_disk(Plain) is Plain and len(messages()) == 2


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
    with pytest.raises(cod.InvalidTypeError):
        cod.set_tag(weakref.proxy(plain), "refused")  # nothing is found behind it
    assert get_disk_cacher(plain, plain.m)._tag == "T"


def test_dynamic_classes_and_namespaces(tagged):
    namespace = types.SimpleNamespace(plain=Plain())
    tagged(namespace)
    assert get_disk_cacher(namespace.plain, "m").fullpath().endswith("root.plain.Plain.m.npy")
