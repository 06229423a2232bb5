"""What the package shows: names, words, tables."""

import copy
import os
import pickle
import re
import subprocess
import sys

import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Sensor:
    @cache_on_disk
    def modes(self):
        return list(range(1000))

    @cache_on_disk
    def other(self):
        return 1

    @cache_on_disk
    def function(self):
        return lambda: 3


reports = ["Cleared", "Explanation", "Explanations", "MethodStatistics", "Statistics", "Warmed"]
errors = [
    "CacheOnDiskError",
    "InvalidTypeError",
    "InvalidValueError",
    "NotCachedError",
    "TagNotSetException",
    "UncachedError",
]


@pytest.mark.parametrize("name", [*reports, *errors, "DiskCacher"])
def test_classes_are_named_by_the_module_they_are_imported_from(name):
    cls = getattr(cod, name)
    assert (cls.__module__, cls.__name__) == ("cache_on_disk", name) and name in cod.__all__ and name in dir(cod)
    assert pickle.loads(pickle.dumps(cls)) is cls


def test_what_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Explaination"):
        cod.Explaination  # noqa: B018
    for name in cod.__all__:
        assert getattr(cod, name) is not None


def test_errors_show_their_public_name():
    code = "import cache_on_disk as c\nc.set_tag(3, 'T')"
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    ).stderr
    assert "\ncache_on_disk.InvalidTypeError: cache_on_disk: set_tag takes" in shown


def all_of(tagged):
    sensor = tagged(Sensor())
    warmed = cod.warm(sensor, progress=False)
    return [
        cod.explain(sensor),
        cod.explain(sensor.modes),
        cod.statistics(sensor),
        cod.statistics(sensor.modes),
        warmed,
        cod.clear_cache(sensor),
    ]


def test_reports_can_be_pickled_and_copied(tagged):
    for report in all_of(tagged):
        assert str(pickle.loads(pickle.dumps(report))) == str(copy.copy(report)) == str(report)


def test_ipython_shows_what_print_shows(tagged):
    pretty = pytest.importorskip("IPython.lib.pretty", reason="IPython is not installed")
    for report in all_of(tagged):
        assert (
            pretty.pretty(report) == str(report)
            and "Explanation(" not in str(report)
            and "Statistics(" not in str(report)
        )


def test_tables_show_sizes_and_durations_as_text_does_and_no_zeros(tagged):
    sensor = tagged(Sensor())
    sensor.modes()
    table = cod.statistics(sensor)._repr_html_()
    cells = re.findall("<td>(.*?)</td>", table)
    assert "0" not in cells and "0.0" not in cells
    heads = re.findall("<th>(.*?)</th>", table)
    assert (
        heads[0] == "method" and "objects" in heads and "waited" not in heads and "read" not in heads and len(heads) < 9
    )
    text = str(cod.explain(sensor.modes))
    size, age, seconds = re.search(r"holds   pickle, (.*?), (.*?) old, took (.*?) to compute", text).groups()
    assert (
        size.endswith("KiB")
        and re.fullmatch(r"[0-9.]+ (us|ms|s|min)", age)
        and re.fullmatch(r"[0-9.]+ (us|ms|s|min)", seconds)
    )
    explained = cod.explain(sensor.modes)._repr_html_()
    assert f"<td>{size}</td>" in explained and f"<td>{seconds}</td>" in explained
    assert seconds in str(cod.statistics(sensor)) or "us" in str(cod.statistics(sensor))


def test_what_is_not_stored_is_said_once(tagged, caplog):
    caplog.set_level(20, "cache_on_disk")
    sensor = tagged(Sensor())
    caplog.clear()
    sensor.function()
    assert caplog.text.count("not stored") == 1
    assert str(cod.explain(sensor.function)).count("not stored") == 1
    told = [line for line in str(cod.statistics(sensor)).splitlines() if "root.Sensor.function" in line]
    assert len(told) == 1


def test_untagged_methods_are_named_and_the_reason_is_said_once():
    text = str(cod.explain([Sensor(), Sensor()]))
    assert (
        text.count("no tag is set") == 1 and text.count(": untagged") == 6 and "root[1].Sensor.other: untagged" in text
    )


def test_warm_tells_apart_what_it_could_not_store(tagged):
    sensor = tagged(Sensor())
    warmed = cod.warm(sensor, progress=False)
    assert warmed.computed == 2 and list(warmed.not_stored) == ["root.Sensor.function"] and not warmed.errors
    assert "pickle" in warmed.not_stored["root.Sensor.function"] and "not stored: root.Sensor.function" in repr(warmed)
    cod.set_options(mode="readonly")
    warmed = cod.warm(tagged(Sensor(), "U"), progress=False)
    assert warmed.computed == 0 and len(warmed.not_stored) == 3


def test_warm_wants_a_tag():
    with pytest.raises(cod.TagNotSetException, match="call set_tag first"):
        cod.warm(Sensor(), progress=False)
    with pytest.raises(cod.TagNotSetException, match="no cached methods in a list"):
        cod.warm([], progress=False)


def test_messages_on_standard_error_say_whose_they_are(tmp_path):
    code = (
        "import cache_on_disk as c\nclass A:\n    @c.cache_on_disk\n    def m(self): return lambda: 1\n"
        f"a = A(); c.set_tmpdir(a, {str(tmp_path)!r}); c.set_tag(a, 'T'); a.m()\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    def run(before):
        return subprocess.run(
            [sys.executable, "-c", before + code], env=environment, capture_output=True, text=True
        ).stderr

    assert run("").startswith("cache_on_disk: root.A.m is not stored")
    assert run("import logging; logging.basicConfig()\n").startswith("WARNING:cache_on_disk:root.A.m is not stored")
