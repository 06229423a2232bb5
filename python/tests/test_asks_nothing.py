"""What reads a user's objects evaluates none of their code."""

import collections
import enum

import pytest

import cache_on_disk as cod
from cache_on_disk import (
    cache_on_disk,
    clear_cache,
    explain,
    portable,
    put,
    refresh,
    set_tag,
    set_tmpdir,
    set_writable,
    statistics,
    warm,
)


def asked(self, *args):
    raise RuntimeError(f"user code was run: {args}")


class Cached:
    @cache_on_disk
    def f(self):
        return 1


class Device(Cached):
    """A proxy of a remote device: whatever is not in its dictionary it asks for."""

    __getattr__ = asked


class Meta(type):
    __instancecheck__ = __subclasscheck__ = __len__ = __iter__ = __eq__ = asked
    __hash__ = type.__hash__

    def __getattribute__(cls, name):
        if name in (
            "__module__",
            "__qualname__",
            "__mro__",
            "__bases__",
            "_fields",
            "__wrapped__",
            "__isabstractmethod__",
        ):
            asked(cls, name)
        return type.__getattribute__(cls, name)


class OfMeta(Cached, metaclass=Meta):
    pass


class Everything(Cached):
    """Each special method that Python asks for by way of a type."""

    __eq__ = __len__ = __iter__ = __contains__ = __bool__ = __call__ = __str__ = __dir__ = asked
    __getitem__ = __await__ = __fspath__ = __index__ = __int__ = __float__ = __array__ = __enter__ = __next__ = asked
    __hash__ = object.__hash__


class Attributes(Cached):
    def __getattribute__(self, name):
        if name != "f":
            asked(self, name)
        return object.__getattribute__(self, name)


class FalseClass(Cached):
    __class__ = property(asked)


class Descriptor:
    __get__ = asked


class LazyProperty(property):
    fget = property(asked)


class Descriptors(Cached):
    one = Descriptor()
    two = LazyProperty(asked)
    three = property(asked)


class Frames(dict):
    __iter__ = __getitem__ = __len__ = __contains__ = keys = values = items = get = copy = asked


class Listed(list):
    __iter__ = __getitem__ = __len__ = copy = asked


class Tupled(tuple):
    __iter__ = __getitem__ = __len__ = asked


class Queued(collections.deque):
    def __init__(self, *args):
        if args[1:]:
            asked(self)
        super().__init__(*args)

    __iter__ = __getitem__ = __len__ = copy = __copy__ = asked


class Setted(set):
    __iter__ = __len__ = __contains__ = copy = asked


class Ordered(collections.OrderedDict):
    __iter__ = __getitem__ = keys = values = items = asked


class Counted(collections.defaultdict):
    __missing__ = __getitem__ = asked


class Colour(enum.Enum):
    RED = 1


def filled(kind):
    made = kind.__new__(kind)
    kind.__base__.__init__(made, {"a": Cached(), Colour.RED: "file"}) if issubclass(kind, dict) else kind.__init__(
        made, [Cached(), 1]
    )
    return made


members = {
    **{cls.__name__: cls for cls in (Device, OfMeta, Everything, Attributes, FalseClass, Descriptors)},
    "Frames": lambda: Frames({"a": Cached(), Colour.RED: "file"}),
    "Ordered": lambda: Ordered(a=Cached()),
    "Counted": lambda: Counted(list, a=Cached()),
    "Listed": lambda: Listed([Cached()]),
    "Tupled": lambda: Tupled([Cached()]),
    "Queued": lambda: Queued([Cached()]),
    "Setted": lambda: Setted([Cached()]),
}


@pytest.mark.parametrize("within", [False, True], ids=["alone", "in a member"])
@pytest.mark.parametrize("name", members)
def test_nothing_of_a_class_is_evaluated(tmp_path, name, within):
    member = members[name]()
    root = Cached() if within else member
    if within:
        root.member = member
    set_tmpdir(root, str(tmp_path))
    set_tag(root, "T")
    object.__getattribute__(root, "__dict__") if hasattr(type(root), "f") else None
    for look in (
        explain,
        statistics,
        refresh,
        clear_cache,
        lambda of: set_writable(of, False),
        lambda of: warm(of, progress=False),
        lambda of: list(cod._discover_cachers(of)),
        portable,
        lambda of: set_tag(of, "other"),
        lambda of: set_tag(of, None),
    ):
        try:
            look(root)
        except cod.TagNotSetException:
            assert name == "Setted" and not within


@pytest.mark.parametrize("value", [Device, Everything, FalseClass])
def test_a_value_is_not_asked_whether_it_can_be_awaited(tagged, value):
    made = Device.__new__(value)

    class Holder:
        @cache_on_disk
        def f(self):
            return made

        @cache_on_disk
        def unstorable(self):
            return [made, lambda: 1]

    holder = tagged(Holder())
    assert not warm(holder, progress=False).errors
    assert type(holder.f()) is value and type(holder.unstorable()[0]) is value


def test_what_is_put_is_not_asked(tagged):
    holder = tagged(Cached())
    put(holder.f, 5)
    assert holder.f() == 5
