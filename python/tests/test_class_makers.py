"""Class makers that look at what a method is: abc, dataclasses, attrs, pydantic, typing, enum."""

import abc
import dataclasses
import enum
import sys
import typing

import pytest

from cache_on_disk import cache_on_disk, explain


def test_an_abstract_method_is_abstract_in_either_order():
    class Base(abc.ABC):
        @abc.abstractmethod
        @cache_on_disk
        def above(self): ...

        @cache_on_disk
        @abc.abstractmethod
        def below(self): ...

        @property
        @abc.abstractmethod
        @cache_on_disk
        def attribute(self): ...

        @cache_on_disk
        def concrete(self):
            return 1

    class Whole(Base):
        above = below = attribute = None

    assert Base.__abstractmethods__ == {"above", "below", "attribute"} and not Whole.__abstractmethods__
    assert Whole().concrete() == 1
    Base.above.__isabstractmethod__ = False
    assert (
        not Base.above.__isabstractmethod__
        and abc.update_abstractmethods(Base).__abstractmethods__ == {"below", "attribute"}
        if sys.version_info >= (3, 10)
        else True
    )
    with pytest.raises(TypeError):
        Base()


def check(tagged, entries, cls, *args, **kwargs):
    """Objects of the class are cached."""
    obj, again = tagged(cls(*args, **kwargs)), tagged(cls(*args, **kwargs))
    assert obj.f() == again.f() and explain(again.f).state == "memory" and any(".f.npy" in name for name in entries())
    return obj


def test_dataclasses(tagged, entries):
    @dataclasses.dataclass
    class Base:
        x: int = 1

        def f(self):
            return 10

    options = [{}, {"frozen": True}, {"eq": False}]
    if sys.version_info >= (3, 11):
        options.append({"slots": True})
    for i, option in enumerate(options):

        class Derived(Base):
            @cache_on_disk
            def f(self):
                return Base.f(self) + self.x

        Derived.__qualname__ = f"Derived{i}"
        if not option.get("frozen"):
            assert check(tagged, entries, dataclasses.dataclass(**option)(Derived)).f() == 11


def test_attrs_with_slots_and_super(tagged, entries):
    attrs = pytest.importorskip("attrs")

    @attrs.define
    class Base:
        gain: int = 2

        def f(self):
            return 1

    @attrs.define(eq=False)
    class Derived(Base):
        @cache_on_disk
        def f(self):
            return super().f() + self.gain

        @property
        @cache_on_disk
        def twice(self):
            return 2 * __class__.f(self)

        @cache_on_disk
        async def later(self):
            return super().f()

    @attrs.frozen
    class Frozen(Derived):
        other: int = 1

    @attrs.define(slots=False)
    class Loose(Base):
        @cache_on_disk
        def f(self):
            return super().f()

    assert check(tagged, entries, Derived).f() == 3 and Derived().twice == 6
    assert check(tagged, entries, Frozen).f() == 3
    assert check(tagged, entries, Loose).f() == 1


def test_pydantic(tagged, entries):
    pydantic = pytest.importorskip("pydantic")

    class Model(pydantic.BaseModel):
        gain: int = 2

        @cache_on_disk
        def f(self):
            return self.gain

        @property
        @cache_on_disk
        def attribute(self):
            return self.gain

        @pydantic.computed_field(return_type=int)
        @property
        @cache_on_disk(by_arguments=True)
        def computed(self):
            return self.gain

    class Derived(Model):
        model_config = pydantic.ConfigDict(frozen=True)

        @cache_on_disk
        def f(self):
            return super().f() + 1

    class Outer(pydantic.BaseModel):
        inner: Model = pydantic.Field(default_factory=Model)

        @cache_on_disk
        def f(self):
            return self.inner.f()

    assert check(tagged, entries, Model).model_dump() == {"gain": 2, "computed": 2}
    assert check(tagged, entries, Derived, gain=3).f() == 4 and check(tagged, entries, Outer).inner.attribute == 2
    assert any(name.startswith("root.inner.") for name in entries())


def test_protocols_generics_enums_and_named_tuples(tagged, entries):
    T = typing.TypeVar("T")

    @typing.runtime_checkable
    class HasF(typing.Protocol):
        @cache_on_disk
        def f(self): ...

    class Generic(typing.Generic[T]):
        @cache_on_disk
        def f(self):
            return 2

    class Member(enum.Enum):
        ONE = 1

        @cache_on_disk
        def f(self):
            return self.value

    class Named(typing.NamedTuple):
        x: int

        @cache_on_disk
        def f(self):
            return self.x

    assert isinstance(check(tagged, entries, Generic[int]), HasF)
    assert list(Member) == [Member.ONE] and tagged(Member.ONE).f() == 1
    assert tagged(Named(3)).f() == 3
