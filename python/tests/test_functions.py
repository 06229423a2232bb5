"""Functions on their own: under a tag themselves, or by DiskCacher."""

import asyncio
import functools
import gc
import weakref

import pytest

import cache_on_disk as cod
from cache_on_disk import DiskCacher, cache_on_disk


@pytest.fixture
def load(tmp_path):
    @cache_on_disk(by_arguments=True)
    def load(path, gain=1):
        load.calls += 1
        return (path, gain)

    load.calls = 0
    cod.set_tmpdir(load, tmp_path)
    cod.set_tag(load, "T")
    return load


def test_a_function_is_cached_by_its_arguments(load, entries):
    assert [load("a"), load("a", 1), load(path="a", gain=1), load("b"), load("a", 2)] == [
        ("a", 1),
        ("a", 1),
        ("a", 1),
        ("b", 1),
        ("a", 2),
    ]
    assert load.calls == 3
    assert all(name.startswith("root.load.<locals>.load(") for name in entries()) and len(entries()) == 3


def test_without_arguments_in_the_name_there_is_one_value(tmp_path, entries, messages):
    @cache_on_disk
    def constants():
        return [1]

    cod.set_tmpdir(constants, tmp_path)
    cod.set_tag(constants, "T")
    assert constants() is constants() and len(entries()) == 1
    cod.set_tag(constants, "U")
    assert constants() is constants() and len(entries("U")) == 1
    cod.set_tag(constants, None)
    assert constants() is not constants() and not messages()


def test_a_function_of_a_module_has_its_plain_name(tmp_path, entries):
    cod.set_tmpdir(plain, tmp_path)
    cod.set_tag(plain, "T")
    assert plain() == 3 and entries() == ["root.plain.npy"]
    cod.set_tag(plain, None)


@cache_on_disk
def plain():
    return 3


def test_no_argument_is_taken_for_an_object(load, tagged, entries):
    class Sensor:
        @cache_on_disk
        def modes(self):
            return [1]

        def __cache_key__(self):
            return "sensor"

    @cache_on_disk
    def first(obj):
        return obj

    sensor = tagged(Sensor())
    assert first(sensor) is sensor and not [name for name in entries() if "first" in name]
    cod.set_tmpdir(first, cod.get_disk_cacher(sensor, "modes")._tmpdir)
    cod.set_tag(first, "T")
    assert first(3) == 3 and first(first) == 3  # one value: arguments play no part
    cacher = DiskCacher(load)
    cacher.set_tmpdir(cod.get_disk_cacher(sensor, "modes")._tmpdir)
    cacher.set_tag("D", "mine")
    assert cacher.execute(3, gain=4) == (3, 4) and cacher.execute(3, 4) == (3, 4) and load.calls == 1
    assert cacher.fullpath(3, 4).endswith("/cacheD/mine.load.<locals>.load(3,4).npy")


def test_a_cacher_by_arguments_of_a_function_that_is_not_decorated(tmp_path, entries):
    calls = []

    def measure(x, y=2):
        calls.append(x)
        return x + y

    cacher = DiskCacher(measure, by_arguments=True)
    assert cacher.execute(1) == 3  # no tag
    cacher.set_tmpdir(tmp_path)
    cacher.set_tag("T")
    assert [cacher.execute(1), cacher.execute(1, 2), cacher.execute(5), cacher.execute(1)] == [
        3,
        3,
        7,
        3,
    ] and calls == [1, 1, 5]
    assert len(entries()) == 2
    with pytest.raises(cod.InvalidTypeError):
        DiskCacher(3)
    with pytest.raises(cod.InvalidValueError):
        DiskCacher(plain, by_arguments=True)


def test_managing_a_function(load):
    assert cod.explain(load, "a").state == "missing" and cod.explain(load).state == "by arguments"
    load("a")
    assert cod.explain(load, "a").state == "memory" and cod.statistics(load).computed == 1
    cod.put(load, "put", "a")
    assert load("a") == "put"
    cod.refresh(load)
    assert load("a") == ("a", 1) and cod.clear_cache(load).deleted == 1
    assert cod.get_disk_cacher(load).fullpath("a").endswith("/cacheT/root.load.<locals>.load('a',1).npy")
    assert cod.statistics(cache_on_disk(load.__wrapped__)).method == "load.<locals>.load"
    assert cod.warm(load, progress=False).skipped == ["root.load.<locals>.load"]


def test_warm_computes_a_function_without_arguments(tmp_path):
    @cache_on_disk
    def constants():
        return [1]

    cod.set_tmpdir(constants, tmp_path)
    cod.set_tag(constants, "T")
    assert cod.warm(constants, progress=False).computed == 1 and cod.explain(constants).state == "memory"


def test_a_function_that_is_async(tmp_path):
    @cache_on_disk(by_arguments=True)
    async def fetch(n):
        fetch.calls += 1
        return n

    fetch.calls = 0
    cod.set_tmpdir(fetch, tmp_path)
    cod.set_tag(fetch, "T")
    assert [asyncio.run(fetch(n)) for n in (1, 1, 2)] == [1, 1, 2] and fetch.calls == 2


def test_a_method_is_no_function_on_its_own():
    class Sensor:
        @cache_on_disk
        def modes(self):
            return [1]

    for method in (Sensor.modes, Sensor().modes):
        with pytest.raises(cod.InvalidTypeError, match="Sensor.modes"):
            cod.set_tag(method, "T")


def test_a_function_without_a_name_is_refused():
    for function in (cache_on_disk(lambda: 1), cache_on_disk(functools.partial(len, "x"))):
        with pytest.raises(cod.InvalidValueError, match="DiskCacher"):
            cod.set_tag(function, "T")


@pytest.mark.parametrize("kind", ["list", "dict"])
def test_functions_in_a_container_are_told_of(messages, kind):
    def load():
        return 1

    load.__qualname__ = f"load_in_{kind}"  # told once for each function
    functions = [cache_on_disk(load)] if kind == "list" else {"load": cache_on_disk(load)}
    cod.set_tag(functions, "T")
    assert len(messages()) == 1 and "load" in messages()[0] and "set_tag the function itself" in messages()[0]
    assert [e.state for e in cod.explain(functions)] == ["unusable"]


def test_a_method_that_has_the_looks_of_a_function_is_no_cached_method(tagged):
    @cache_on_disk
    def load(path):
        return [path]

    class Sensor:
        path = "x"

        @functools.wraps(load)
        def read(self):
            return load(self.path)

        @cache_on_disk
        def modes(self):
            return [1]

    class Special(Sensor):
        @functools.wraps(Sensor.modes)
        def modes(self):
            return super().modes() + [2]

    sensor = tagged(Special())
    assert sensor.modes() == sensor.modes() == [1, 2] and sensor.read() == ["x"]
    assert [e.method.rpartition(".")[2] for e in cod.explain(sensor)] == ["modes"]
    with pytest.raises(cod.NotCachedError):
        cod.explain(sensor.read)


def test_calls_without_a_tag_show_in_statistics(tagged):
    class Sensor:
        @cache_on_disk
        def modes(self):
            return [1]

    @cache_on_disk
    def forgotten(x):
        return x

    sensor = tagged(Sensor())
    forgotten(3), forgotten(sensor)
    line = forgotten.__wrapped__.__code__.co_firstlineno
    assert cod.statistics(sensor).untagged_calls[f"{__file__}:{line}"] == 2


def test_a_function_with_a_tag_is_collected(tmp_path):
    def make():
        @cache_on_disk
        def values():
            return [values]

        cod.set_tmpdir(values, tmp_path)
        cod.set_tag(values, "T")
        values()
        return weakref.ref(values)

    reference = make()
    gc.collect()
    assert reference() is None
