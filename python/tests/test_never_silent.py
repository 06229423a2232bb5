"""What keeps a decorated method from being cached under a tag is told once, is in explain and statistics, and raises under strict."""

import enum

import pytest
from uncached_ways import Holder, hides, sensor_class, ways

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


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


def test_a_class_that_was_written_again_without_the_decorator_hides_nothing(messages):
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
