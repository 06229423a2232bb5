"""While a method's code is fingerprinted, nothing of the program's runs: every hook that Python has is laid here, and fails the test."""

import functools
import importlib.util
import sys
import types

import pytest

from cache_on_disk._code import Fingerprint, fingerprint, parameters_read

evaluated = []
armed = False


def trap(name):
    """A function that notes that it ran."""

    def run(*args, **kwargs):
        if armed:
            evaluated.append(name)
            raise RuntimeError(name)
        return default(name, args, kwargs)

    return run


def default(name, args, kwargs):
    base, _, attribute = name.rpartition(".")
    if base == "Meta":
        return getattr(type, attribute)(*args, **kwargs)
    return getattr(object, attribute, lambda *args: None)(*args, **kwargs)


class Meta(type):
    __getattribute__ = trap("Meta.__getattribute__")
    __eq__ = trap("Meta.__eq__")
    __hash__ = trap("Meta.__hash__")
    __repr__ = trap("Meta.__repr__")
    __instancecheck__ = trap("Meta.__instancecheck__")
    __subclasscheck__ = trap("Meta.__subclasscheck__")
    __call__ = trap("Meta.__call__")
    __dir__ = trap("Meta.__dir__")

    @property
    def __dict__(cls):
        return trap("Meta.__dict__")()

    @property
    def __mro__(cls):
        return trap("Meta.__mro__")()


class Trap(metaclass=Meta):
    """An object of this class does not bear to be touched."""

    __getattribute__ = trap("Trap.__getattribute__")
    __eq__ = trap("Trap.__eq__")
    __hash__ = trap("Trap.__hash__")
    __repr__ = trap("Trap.__repr__")
    __str__ = trap("Trap.__str__")
    __bool__ = trap("Trap.__bool__")
    __len__ = trap("Trap.__len__")
    __iter__ = trap("Trap.__iter__")
    __get__ = trap("Trap.__get__")
    __set_name__ = trap("Trap.__set_name__")
    __call__ = trap("Trap.__call__")
    __fspath__ = trap("Trap.__fspath__")
    __index__ = trap("Trap.__index__")

    @property
    def __class__(self):
        return trap("Trap.__class__")()

    @property
    def __dict__(self):
        return trap("Trap.__dict__")()

    @property
    def __wrapped__(self):
        return trap("Trap.__wrapped__")()

    def used(self):
        return 1


class Text(str):
    """A str that is none."""

    __eq__ = trap("Text.__eq__")
    __hash__ = str.__hash__
    __str__ = trap("Text.__str__")


class LazyModule(types.ModuleType):
    def __getattribute__(self, name):
        if armed:
            evaluated.append("LazyModule." + name)
        return super().__getattribute__(name)


class Descriptor:
    def __get__(self, instance, owner):
        if armed:
            evaluated.append("Descriptor.__get__")
        return 1


object_at_hand = Trap.__new__(Trap)
lazy = LazyModule("lazy")
lazy.value = 3


def traced(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


class Analyzer(metaclass=Meta):
    descriptor = Descriptor()
    trap = object_at_hand
    bound = functools.partial(traced, object_at_hand)

    def __init__(self):
        self.made = Trap()

    def __getattr__(self, name):
        if armed:
            evaluated.append("Analyzer.__getattr__")
        raise AttributeError(name)

    @property
    def property_(self):
        evaluated.append("property")
        return 1

    @functools.cached_property
    def cached(self):
        evaluated.append("cached_property")
        return 1

    @traced
    def other(self):
        return object_at_hand.used()

    def method(self, default=object_at_hand):
        try:
            values = self.property_, self.cached, self.descriptor, self.trap, self.made.used(), self.missing
        except Trap:
            values = ()
        if isinstance(default, Trap) or object_at_hand:
            return object_at_hand.used, lazy.value, lazy.missing, Trap.used, Trap.missing, Trap()
        return values, self.other(), self.bound(), len(self), unknown_name, object_at_hand.a.b  # noqa: F821


@pytest.fixture
def armed_traps():
    global armed
    evaluated.clear()
    armed = True
    yield evaluated
    armed = False


def test_no_hook_of_the_program_runs(armed_traps):
    global armed
    made = fingerprint(vars_of(Analyzer)["method"], Analyzer)
    reads = parameters_read(vars_of(Analyzer)["method"], Analyzer)
    armed = False
    assert evaluated == []
    assert type(made) is Fingerprint, made
    labels = {part.label for part in made.parts}
    assert {"Analyzer.method", "Analyzer.property_", "Analyzer.cached", "Analyzer.other", "Trap.used"} <= labels
    assert "made" in reads


def vars_of(cls):
    return type.__dict__["__dict__"].__get__(cls)


def test_the_traps_are_live(armed_traps):
    """What this test rests on: each of these would have been noticed."""
    for touch in (
        lambda: Analyzer.method,
        lambda: Trap == 1,
        lambda: hash(Trap),
        lambda: repr(object_at_hand),
        lambda: isinstance(object_at_hand, int),
        lambda: object_at_hand == 1,
        lambda: bool(object_at_hand),
        lambda: Trap in (int, str),
        lambda: lazy.value,
    ):
        evaluated.clear()
        try:
            touch()
        except RuntimeError:
            pass
        assert evaluated, touch


def test_closures_hold_what_must_not_be_touched(armed_traps):
    global armed

    def outer(held):
        def inner(self):
            return held.used() + len(held)

        return inner

    inner = outer(object_at_hand)
    made = fingerprint(inner, Analyzer)
    armed = False
    assert evaluated == []
    assert type(made) is Fingerprint


def test_a_lazily_imported_module_stays_unloaded(tmp_path, monkeypatch):
    (tmp_path / "slow_to_import.py").write_text("raise RuntimeError('it was loaded')")
    monkeypatch.syspath_prepend(tmp_path)
    spec = importlib.util.find_spec("slow_to_import")
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "slow_to_import", module)
    spec.loader.exec_module(module)

    def method(self):
        return module.value, by_name.value  # noqa: F821

    made = fingerprint(types.FunctionType(method.__code__, {"by_name": module}, "m", None, method.__closure__), None)
    assert type(made) is Fingerprint, made
    assert type(module) is not types.ModuleType  # which it is once it is loaded


def test_modules_with_a_getattr_are_not_asked(tmp_path, monkeypatch):
    (tmp_path / "asks.py").write_text("def __getattr__(name):\n    raise RuntimeError(name)\n")
    (tmp_path / "asker.py").write_text(
        "import asks\nclass A:\n    def m(self):\n        return asks.something, asks.other.more\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    import asker

    assert type(fingerprint(asker.A.m, asker.A)) is Fingerprint


def test_names_that_are_texts_of_other_classes_are_harmless(armed_traps):
    global armed

    def method(self):
        return 1

    armed = False
    method.__qualname__ = Text("method")
    armed = True
    made = fingerprint(method, Analyzer)
    armed = False
    assert evaluated == []
    assert type(made) is Fingerprint
