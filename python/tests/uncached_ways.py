"""All that keeps a decorated method from being cached under a tag."""

import dataclasses
import functools
import itertools
import pathlib
import threading
import types
from typing import Any, Callable, Tuple

import cache_on_disk as cod
from cache_on_disk import cache_on_disk

number = itertools.count()


def sensor_class(value=lambda self: [1], decorate=lambda f: f, by_arguments=False):
    """A class with one cached method, `modes`, and a plain one, `fine`, both with names of their own."""
    name = f"Sensor{next(number)}"

    def modes(self, *args):
        return value(self)

    def fine(self):
        return [1]

    modes.__qualname__, fine.__qualname__ = f"{name}.modes", f"{name}.fine"
    return type(
        name, (), {"modes": decorate(cache_on_disk(modes, by_arguments=by_arguments)), "fine": cache_on_disk(fine)}
    )


def hides(f):
    table = {"f": f}

    def wrapper(self):
        return table["f"](self)

    return wrapper


def only_hidden():
    """A class with nothing but a method that its class does not see."""
    name = f"Sensor{next(number)}"

    def modes(self):
        return [1]

    modes.__qualname__ = f"{name}.modes"
    return type(name, (), {"modes": hides(cache_on_disk(modes)), "__module__": __name__})()


def shadowed():
    """A method that calls the one of its base class, which has its name."""
    base = sensor_class()
    derived = type(base.__name__, (base,), {})

    def modes(self):
        return base.modes(self) + [2]

    modes.__qualname__ = base.modes.__qualname__
    derived.modes = cache_on_disk(modes)
    return derived()


def in_the_object():
    """A method that is put into an object instead of its class."""
    sensor = sensor_class()()

    def modes(self):
        return [1]

    modes.__qualname__ = f"put{next(number)}.modes"
    sensor.modes = types.MethodType(cache_on_disk(modes), sensor)
    return sensor


class Holder:
    def __init__(self, held):
        self.held = held

    @cache_on_disk
    def fine(self):
        return [1]


class Deep:
    def __init__(self, levels):
        self.end = current = sensor_class()()
        for _ in range(levels):
            current = Between(current)
        self.first, self.end = current, None


class Between:
    def __init__(self, below):
        self.below = below


def blocked(tmp_path):
    sensor = sensor_class()()
    cod.set_tmpdir(sensor, tmp_path)
    (tmp_path / "cacheT").write_text("in the way")
    return sensor


def shared_with_all(tmp_path):
    sensor = sensor_class()()
    cod.set_tmpdir(sensor, tmp_path)
    (tmp_path / "cacheT").mkdir()
    (tmp_path / "cacheT").chmod(0o777)
    return sensor


def read_as_plain_data(tmp_path):
    """A value of a class, under a trust that reads no classes."""
    sensor = sensor_class(lambda self: Between(3))()
    cod.set_tmpdir(sensor, tmp_path)
    cod.set_trust(sensor, "plain")
    return sensor


def taken_by_other_code(tmp_path):
    """An entry that only a newer version of the package reads is left alone."""
    sensor = sensor_class()()
    cod.set_tmpdir(sensor, tmp_path)
    cod.set_tag(sensor, "T")
    path = pathlib.Path(cod.get_disk_cacher(sensor.modes).fullpath())
    cod.put(sensor.modes, [1])
    cod.set_tag(sensor, None)
    path.chmod(0o666)
    return sensor


def nowhere(tmp_path):
    sensor = sensor_class()()
    cod.set_tmpdir(sensor, "/dev/null/there")
    return sensor


@dataclasses.dataclass
class Way:
    """What keeps a method from being cached."""

    name: str
    make: Callable[[Any], Any]
    """Makes the root, given a directory."""
    words: Tuple[str, ...]
    """In the message: what happened, to what, and the way out."""
    at: str = "call"
    """When it shows: at the call of `modes`, or at `set_tag`."""
    arguments: Tuple[Any, ...] = ()


def in_directory(make):
    def made(tmp_path):
        root = make()
        cod.set_tmpdir(root, tmp_path)
        return root

    return made


ways = [
    Way(
        "a staticmethod",
        in_directory(lambda: sensor_class(decorate=staticmethod)()),
        (".modes", "staticmethod", "set_tag"),
        "set_tag",
    ),
    Way(
        "a classmethod",
        in_directory(lambda: sensor_class(decorate=classmethod)()),
        (".modes", "classmethod", "set_tag"),
        "set_tag",
    ),
    Way(
        "a staticmethod over another decorator",
        in_directory(lambda: sensor_class(decorate=lambda f: staticmethod(functools.lru_cache(f)))()),
        (".modes", "staticmethod"),
        "set_tag",
    ),
    Way(
        "a decorator that hides it", in_directory(lambda: sensor_class(decorate=hides)()), (".modes", "functools.wraps")
    ),
    Way("a decorator that hides all there is", in_directory(only_hidden), (".modes", "functools.wraps"), "set_tag"),
    Way("a method of a base class of one name", in_directory(shadowed), (".modes", "another name")),
    Way("a method that is put into the object", in_directory(in_the_object), (".modes", "into the class")),
    Way(
        "an object in a set",
        in_directory(lambda: Holder({sensor_class()()})),
        ("root.held", "Sensor", "list"),
        "set_tag",
    ),
    Way(
        "an object in a frozenset",
        in_directory(lambda: Holder([frozenset([sensor_class()()])])),
        ("root.held[0]", "Sensor", "list"),
        "set_tag",
    ),
    Way(
        "an object under a key that is one",
        in_directory(lambda: Holder({object(): sensor_class()()})),
        ("root.held", "Sensor", "keys"),
        "set_tag",
    ),
    Way("an object too deep", in_directory(lambda: Deep(5001)), ("5000 steps", "set_tag"), "set_tag"),
    Way(
        "a value that no pickle holds",
        in_directory(lambda: sensor_class(lambda self: lambda: 1)()),
        (".modes", "not stored"),
    ),
    Way(
        "a generator", in_directory(lambda: sensor_class(lambda self: (i for i in range(3)))()), (".modes", "only once")
    ),
    Way(
        "a value that is the object itself",
        in_directory(lambda: sensor_class(lambda self: self)()),
        (".modes", "handed out as it is"),
    ),
    Way("a file in the way of the directory", blocked, ("cacheT", "directory")),
    Way("a directory that others can write", shared_with_all, ("cacheT", "chmod")),
    Way(
        "an argument that is an object",
        in_directory(lambda: sensor_class(by_arguments=True)()),
        (".modes", "builtins.object", "__cache_key__"),
        arguments=(object(),),
    ),
    Way(
        "an argument that holds a lock",
        in_directory(lambda: sensor_class(by_arguments=True)()),
        (".modes", "lock", "cannot name"),
        arguments=([1, {"lock": threading.Lock()}],),
    ),
    Way(
        "an argument that is a lambda",
        in_directory(lambda: sensor_class(by_arguments=True)()),
        (".modes", "function", "cannot name"),
        arguments=(lambda: 1,),
    ),
    Way("a value that its trust does not read back", read_as_plain_data, (".modes", "not stored", "plain data")),
    Way("a file that others can write", taken_by_other_code, (".modes", "chmod")),
    Way("a directory that cannot be made", nowhere, ("/dev/null", "Not a directory")),
]
