"""Whatever keeps a decorated method from being cached under a tag is told once, is in explain and statistics, and raises under strict."""

import dataclasses
import enum
import functools
import itertools
import pathlib
import threading
import types
from typing import Any, Callable, Tuple

import pytest

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
        "a generator", in_directory(lambda: sensor_class(lambda self: (i for i in range(3)))()), (".modes", "used once")
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


@pytest.fixture(params=ways, ids=[way.name for way in ways])
def way(request):
    return request.param


def run(root, way):
    cod.set_tag(root, "T")
    if way.at == "call":
        root.modes(*way.arguments)
        root.modes(*way.arguments)
    else:
        cod.set_tag(root, "T")


def fits(text, way):
    return all(word.lower() in text.lower() for word in way.words)


def test_it_is_told_once_and_names_the_way_out(way, tmp_path, messages):
    run(way.make(tmp_path), way)
    assert len(messages()) == 1 and fits(messages()[0], way), messages()


def test_statistics_and_explain_show_it(way, tmp_path):
    root = way.make(tmp_path)
    run(root, way)
    assert any(fits(where, way) for where in cod.statistics(root).uncached), cod.statistics(root).uncached
    if way.name != "a decorator that hides all there is":  # no walk finds such a root
        told = [explanation for explanation in cod.explain(root) if fits(str(explanation), way)]
        assert told and all(
            explanation.state in ("unusable", "missing", "memory", "by arguments") for explanation in told
        ), str(cod.explain(root))


def test_strict_raises_it(way, tmp_path):
    root = way.make(tmp_path)
    cod.set_options(strict=True)
    with pytest.raises(cod.UncachedError) as raised:
        run(root, way)
    assert fits(str(raised.value), way), str(raised.value)


def test_what_is_cached_says_nothing(tmp_path, messages):
    cod.set_options(strict=True)
    for root in (sensor_class()(), Holder([sensor_class()()])):
        cod.set_tmpdir(root, tmp_path)
        cod.set_tag(root, "T")
        assert root.fine() is root.fine()
        assert not [e for e in cod.explain(root) if e.uncached or e.state == "unusable"]
    assert not messages()


def test_a_class_that_was_written_anew_without_the_decorator_hides_nothing(messages):
    """In a notebook the class of before lives on."""

    def classes(decorate):
        class Sensor:
            @decorate
            def modes(self):
                return [1]

        return Sensor

    before, after = classes(cache_on_disk), classes(lambda f: f)
    assert before.__qualname__ == after.__qualname__
    cod.set_tag(after(), "T")
    assert not messages()


def test_an_object_with_a_tag_is_handed_out_as_it_is(tmp_path):
    """A copy of it would compute without the cache."""
    inner = Holder(3)
    for value in (lambda self: self, lambda self: inner):
        sensor = sensor_class(value)()
        sensor.inner = inner
        cod.set_tmpdir(sensor, tmp_path)
        cod.set_tag(sensor, "T")
        for _ in range(2):
            got = sensor.modes()
            assert got is value(sensor) and got.fine() is got.fine()


def test_explain_tells_of_its_own_root_alone(tmp_path):
    """Roots of two tags, or two directories, have one name."""
    once = sensor_class(lambda self: iter([1]))
    by_arguments = sensor_class(by_arguments=True)
    hidden = sensor_class(decorate=hides)
    for cls, arguments in ((once, ()), (by_arguments, (object(),)), (hidden, ())):
        roots = []
        for tmpdir, tag in ((tmp_path / "a", "T"), (tmp_path / "a", "U"), (tmp_path / "b", "T")):
            roots.append(cls())
            cod.set_tmpdir(roots[-1], tmpdir)
            cod.set_tag(roots[-1], tag)
        first, *others = roots
        before = sum(cod.statistics(first).uncached.values())
        for _ in range(3):
            first.modes(*arguments)
        for root in others:
            root.fine()
            assert not [e for e in cod.explain(root) if e.uncached], str(cod.explain(root))
        assert [sum(e.uncached.values()) for e in cod.explain(first) if e.uncached] == [3], str(cod.explain(first))
        others[1].modes(*arguments)
        assert [sum(e.uncached.values()) for e in cod.explain(others[1]) if e.uncached] == [1]
        assert sum(cod.statistics(first).uncached.values()) == before + 4


def test_a_new_tag_begins_with_nothing_told(tmp_path):
    sensor = sensor_class(lambda self: iter([1]))()
    cod.set_tmpdir(sensor, tmp_path)
    for tag in ("T", "U", "T"):
        cod.set_tag(sensor, tag)
        told = cod.explain(sensor.modes).uncached
        assert bool(told) == (tag == "T" and (tmp_path / "cacheU").exists())
        sensor.modes()
        assert cod.explain(sensor.modes).uncached


def test_two_objects_of_one_name_are_told_of_in_their_own_tree(tmp_path):
    class Wfs(enum.Enum):
        FAST = 1

    class Dm(enum.Enum):
        FAST = 1

    Wfs.__name__ = Dm.__name__ = "Mode"
    cls = sensor_class()
    both, one = Holder({Wfs.FAST: cls(), Dm.FAST: cls()}), Holder({Wfs.FAST: cls()})
    for root, tag in ((both, "T"), (one, "U")):
        cod.set_tmpdir(root, tmp_path)
        cod.set_tag(root, tag)
    assert [e for e in cod.explain(both) if e.uncached]
    assert not [e for e in cod.explain(one) if e.uncached]
