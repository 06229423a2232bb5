# ruff: noqa: E501
"""What a method reaches, in small programs: each text is edited once, and the edit has to be noticed, or not."""

import importlib
import itertools
import sys

import pytest

from cache_on_disk._code import Fingerprint, fingerprint

numbers = itertools.count()


@pytest.fixture
def made(tmp_path, monkeypatch):
    """The fingerprint of A.m, in a program of one or two modules."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    folders = []

    def do(text, other=""):
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        (folder / "other_module.py").write_text(other)
        (folder / "the_program.py").write_text(text)
        sys.path.insert(0, str(folder))
        folders.append(str(folder))
        for name in ("the_program", "other_module"):
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        module = importlib.import_module("the_program")
        found = fingerprint(vars(module.A)["m"], module.A)
        assert isinstance(found, Fingerprint), found
        assert found.kind == "py1"
        return found

    yield do
    for folder in folders:
        sys.path.remove(folder)
    for name in ("the_program", "other_module"):
        sys.modules.pop(name, None)


noticed = {
    "the object by another name": """
class A:
    def m(self):
        this = self
        return this.other()
    def other(self):
        return 111
""",
    "the object handed to a function": """
def helper(obj):
    return obj.other()
class A:
    def m(self):
        return helper(self)
    def other(self):
        return 111
""",
    "an attribute read by a function that gets the object": """
def helper(obj):
    return obj.size
class A:
    def __init__(self):
        self.size = 111
    def m(self):
        return helper(self)
""",
    "a cached property": """
import functools
class A:
    @functools.cached_property
    def other(self):
        return 111
    def m(self):
        return self.other
""",
    "a partial method": """
import functools
class A:
    def other(self, x):
        return x
    shifted = functools.partialmethod(other, 111)
    def m(self):
        return self.shifted()
""",
    "what a partial method calls": """
import functools
class A:
    def other(self, x):
        return x + 111
    shifted = functools.partialmethod(other, 3)
    def m(self):
        return self.shifted()
""",
    "another object of the class": """
class A:
    def __init__(self, n):
        self.n = n + 111
    def m(self):
        return type(self)(3).n
""",
    "an alternative constructor": """
class A:
    def __init__(self, n):
        self.n = n + 111
    @classmethod
    def make(cls):
        return cls(3)
    def m(self):
        return self.make().n
""",
    "an operator of the object": """
class A:
    def __getitem__(self, i):
        return 111
    def m(self):
        return self[0]
""",
    "iteration over the object": """
class A:
    def __iter__(self):
        yield 111
    def m(self):
        return [x for x in self]
""",
    "with the object": """
class A:
    def __enter__(self):
        return 111
    def __exit__(self, *a):
        pass
    def m(self):
        with self as x:
            return x
""",
    "a method that an attribute's maker calls": """
class A:
    def __init__(self):
        self.size = self.make()
    def make(self):
        return 111
    def m(self):
        return self.size
""",
    "an attribute that another method sets": """
class A:
    def load(self):
        self.size = 111
    def m(self):
        return self.size
""",
    "an attribute set by setattr": """
class A:
    def load(self):
        setattr(self, "size", 111)
    def m(self):
        return self.size
""",
    "an attribute set by tuple": """
class A:
    def load(self):
        self.size, self.other = 111, 2
    def m(self):
        return self.size
""",
    "an item of an attribute": """
class A:
    def __init__(self):
        self.sizes = {}
        self.sizes["a"] = 111
    def m(self):
        return self.sizes
""",
    "a default of a constructor": """
class A:
    def __init__(self, size=111):
        self.size = size
    def m(self):
        return self.size
""",
    "an object that the constructor makes": """
class Tool:
    def run(self):
        return 111
class A:
    def __init__(self):
        self.tool = Tool()
    def m(self):
        return self.tool.run()
""",
    "an object of a module": """
class Tool:
    def run(self):
        return 111
tool = Tool()
class A:
    def m(self):
        return tool.run()
""",
    "a subclass's hook": """
class Base:
    def m(self):
        return self.hook()
    def hook(self):
        return 1
class A(Base):
    m = Base.m
    def hook(self):
        return 111
""",
    "a slot": """
class A:
    __slots__ = ("size",)
    def __init__(self):
        self.size = 111
    def m(self):
        return self.size
""",
    "a class within the class": """
class A:
    class Inner:
        size = 111
    def m(self):
        return self.Inner.size
""",
    "a class within a function": """
def make():
    class Inner:
        def run(self):
            return 111
    return Inner
class A:
    def m(self):
        return make()().run()
""",
    "a descriptor's class": """
class Descriptor:
    def __get__(self, instance, owner):
        return 111
class A:
    size = Descriptor()
    def m(self):
        return self.size
""",
    "a named tuple's default": """
from typing import NamedTuple
class Setting(NamedTuple):
    size: int = 111
class A:
    def m(self):
        return Setting().size
""",
    "a collections.namedtuple": """
import collections
Setting = collections.namedtuple("Setting", "size", defaults=(111,))
class A:
    def m(self):
        return Setting().size
""",
    "a walrus": """
class A:
    def m(self):
        return [y for x in range(3) if (y := x + 111)]
""",
    "a generator": """
def numbers():
    yield 111
class A:
    def m(self):
        return list(numbers())
""",
    "a recursive function": """
def f(x):
    return f(x - 1) if x else 111
class A:
    def m(self):
        return f(3)
""",
    "functions that call each other": """
def f(x):
    return g(x - 1) if x else 1
def g(x):
    return f(x - 1) if x else 111
class A:
    def m(self):
        return f(3)
""",
    "a function in a table": """
def f(x):
    return 111
TABLE = {"f": f}
class A:
    def m(self):
        return TABLE["f"](3)
""",
    "a default that is a function": """
def f(x):
    return 111
class A:
    def m(self, f=f):
        return f(3)
""",
    "a function as a key": """
def f(x):
    return 111
class A:
    def m(self):
        return sorted([1, 2], key=f)
""",
    "a decorator with options": """
def times(n):
    def decorate(f):
        def call(*a):
            return f(*a) * n
        return call
    return decorate
@times(111)
def f(x):
    return x
class A:
    def m(self):
        return f(3)
""",
    "what a decorator without functools.wraps hides": """
def traced(f):
    def call(*a):
        return f(*a)
    return call
class A:
    @traced
    def m(self):
        return self.other()
    def other(self):
        return 111
""",
    "what two decorators hide": """
import functools
def traced(f):
    def call(*a):
        return f(*a)
    return call
def logged(f):
    @functools.wraps(f)
    def call(*a):
        return f(*a)
    return call
class A:
    @logged
    @traced
    def m(self):
        return self.other()
    def other(self):
        return 111
""",
    "a class as a decorator": """
class Doubled:
    def __init__(self, f):
        self.f = f
    def __call__(self, x):
        return self.f(x) * 111
@Doubled
def f(x):
    return x
class A:
    def m(self):
        return f(3)
""",
    "a function below a class as a decorator": """
class Doubled:
    def __init__(self, f):
        self.f = f
    def __call__(self, x):
        return self.f(x)
@Doubled
def f(x):
    return x + 111
class A:
    def m(self):
        return f(3)
""",
    "a method below a descriptor of its own": """
class Lazy:
    def __init__(self, f):
        self.make = f
    def __get__(self, instance, owner):
        return self.make(instance)
class A:
    @Lazy
    def size(self):
        return self.other()
    def other(self):
        return 111
    def m(self):
        return self.size
""",
    "what a descriptor of its own does": """
class Lazy:
    def __init__(self, f):
        self.make = f
    def __get__(self, instance, owner):
        return self.make(instance) + 111
class A:
    @Lazy
    def size(self):
        return 3
    def m(self):
        return self.size
""",
    "an exception that is raised": """
class Problem(Exception):
    code = 111
class A:
    def m(self):
        raise Problem
""",
    "a name of a star import": ("from other_module import *\nclass A:\n    def m(self):\n        return f(3)\n", "def f(x):\n    return 111\n"),
    "a constant of a star import": ("from other_module import *\nclass A:\n    def m(self):\n        return N\n", "N = 111\n"),
    "a constant of a module": ("import other_module as o\nclass A:\n    def m(self):\n        return o.N\n", "N = 111\n"),
    "an item of a module's object": ("import other_module as o\nclass A:\n    def m(self):\n        return o.N[0]\n", "N = [111]\n"),
    "a change from another module": ("from other_module import N\nN.append(111)\nclass A:\n    def m(self):\n        return N\n", "N = []\n"),
    "an import inside": ("class A:\n    def m(self):\n        import other_module\n        return other_module.f()\n", "def f():\n    return 111\n"),
    "getattr of a module": ("import other_module\nclass A:\n    def m(self):\n        return getattr(other_module, 'f')()\n", "def f():\n    return 111\n"),
    "a base class elsewhere": ("import other_module\nclass A(other_module.B):\n    m = other_module.B.m\n", "class B:\n    def m(self):\n        return self.f()\n    def f(self):\n        return 111\n"),
    "super() elsewhere": ("import other_module\nclass A(other_module.B):\n    def m(self):\n        return super().m()\n", "class B:\n    def m(self):\n        return 111\n"),
    "a module as an argument": ("import other_module\nclass A:\n    def m(self):\n        return vars(other_module)\n", "N = 111\n"),
}  # fmt: skip

cosmetic = {
    "a method of the same name nobody has": """
class Unused:
    def run(self):
        return 111
class A:
    def m(self):
        return 3
""",
    "an argument of the constructor that is not kept": """
class A:
    def __init__(self, size=111):
        self.other = 3
    def m(self):
        return self.other
""",
    "a branch of the constructor that sets something else": """
class A:
    def __init__(self, x=None):
        self.size = 1
        if x:
            self.other = 111
    def m(self):
        return self.size
""",
    "repr of an object that is not made here": """
class A:
    def __repr__(self):
        return "111"
    def m(self):
        return 3
""",
    "what stands below the main guard": """
N = [1]
class A:
    def m(self):
        return N
if __name__ == "__main__":
    print(A().m(), N, 111)
    N.append(111)
""",
    "printing a constant": """
N = [1]
print(N, "111")
class A:
    def m(self):
        return N
""",
    "a global counter": """
count = 0
def tick():
    global count
    count += 111
class A:
    def m(self):
        return count
""",
    "a hint": """
class A:
    def m(self, x: "111" = 3) -> "111":
        y: "111" = 3
        return x + y
""",
    "a docstring of a class decorator's class": """
class A:
    '''111'''
    def m(self):
        '''111'''
        return 3
""",
    "another module's function": ("import other_module as o\nclass A:\n    def m(self):\n        return o.f()\n", "def f():\n    return 1\ndef g():\n    return 111\n"),
    "a hint's import": ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from other_module import N\nclass A:\n    def m(self, x: 'N' = 1):\n        return x\n", "N = 111\n"),
}  # fmt: skip

if sys.version_info >= (3, 10):
    noticed["a pattern"] = """
class A:
    def m(self, x=3):
        match x:
            case 111:
                return 1
            case [first, *rest] if first:
                return rest
"""
    noticed["what stands below a pattern"] = """
def f(x):
    return x + 111
class A:
    def m(self, x=3):
        match x:
            case {"a": y, **rest}:
                return f(y), rest
"""
    cosmetic["a name of a pattern"] = """
class A:
    def m(self, x=3):
        match x:
            case [first111, *rest111] as whole111:
                return first111, rest111, whole111
            case {"a": y111, **more111}:
                return y111, more111
"""


def texts(program):
    return program if isinstance(program, tuple) else (program, "")


@pytest.mark.parametrize("name", noticed)
def test_noticed(name, made):
    before = made(*texts(noticed[name]))
    after = made(*(text.replace("111", "112") for text in texts(noticed[name])))
    assert after.digest != before.digest, before.covers


@pytest.mark.parametrize("name", cosmetic)
def test_not_noticed(name, made):
    before = made(*texts(cosmetic[name]))
    after = made(*(text.replace("111", "112") for text in texts(cosmetic[name])))
    assert set(after.parts) ^ set(before.parts) == set() or after.digest == before.digest, before.covers
    assert after.digest == before.digest
