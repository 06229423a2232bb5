"""The package is imported again in a process that has it: nothing that was cached goes uncached."""

import functools
import subprocess
import sys

from cache_on_disk import cache_on_disk

head = """
import sys, tempfile
import cache_on_disk
from cache_on_disk import cache_on_disk as decorate, set_tag, set_tmpdir, explain
first = cache_on_disk
calls = []
class Before:
    @decorate
    def value(self):
        calls.append(1)
        return [1]
    @decorate(by_arguments=True)
    def of(self, x):
        return [x]
directory = tempfile.mkdtemp()
before = Before()
set_tmpdir(before, directory)
set_tag(before, "T")
before.value()
def again():
    for name in [name for name in sys.modules if name.partition(".")[0] == "cache_on_disk"]:
        del sys.modules[name]
    import cache_on_disk
    assert cache_on_disk is not first
    return cache_on_disk
"""


def run(program, directory):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", head + program],
        capture_output=True,
        text=True,
        timeout=120,
        env={"TMPDIR": str(directory), "PYTHONPATH": ":".join(sys.path)},
    )
    told = [line for line in done.stderr.splitlines() if "two objects are tagged one by one" not in line]  # they are
    assert done.returncode == 0 and not told, done.stderr
    return done.stdout.split()


def test_classes_of_before_stay_cached_under_the_new_functions(tmp_path):
    assert run(
        """
second = again()
one = Before()
second.set_tmpdir(one, directory); second.set_tag(one, "T")
assert one.value() == [1] and len(calls) == 1
assert second.explain(one.value).state == first.explain(before.value).state == "memory"
assert one.of(2) == before.of(2) and second.explain(one.of, 2).state == "memory"
print(before.value(), len(calls))
""",
        tmp_path,
    ) == ["[1]", "1"]


def test_new_classes_are_cached_under_the_functions_of_before(tmp_path):
    assert run(
        """
second = again()
class After:
    @second.cache_on_disk
    def value(self):
        calls.append(2)
        return [2]
one = After()
set_tmpdir(one, directory); set_tag(one, "T")
assert one.value() is one.value()
both = [Before(), After()]
second.set_tmpdir(both, directory); second.set_tag(both, "U")
assert [o.value() for o in both] == [[1], [2]] and second.explain(both[0].value).state == explain(both[1].value).state == "memory"
print(calls)
""",
        tmp_path,
    ) == ["[1,", "2,", "1,", "2]"]


def test_three_times(tmp_path):
    assert run("again(); third = again(); third.refresh(before); print(before.value(), len(calls))", tmp_path) == [
        "[1]",
        "2",
    ]


def test_another_interpreter_is_told_and_does_no_harm(tmp_path):
    assert run(
        """
try:
    import _interpreters as subinterpreters  # from Python 3.13 on
except ImportError:
    import _xxsubinterpreters as subinterpreters
other = subinterpreters.create()
try:
    failure = subinterpreters.run_string(other, "import cache_on_disk")
except Exception as error:
    failure = error
print("ImportError" in str(failure) or "ImportError" in repr(failure))
subinterpreters.destroy(other)
one = Before()
set_tmpdir(one, directory); set_tag(one, "T")
print(one.value(), len(calls))
""",
        tmp_path,
    ) == ["True", "[1]", "1"]


def test_update_wrapper_on_a_cached_function_changes_nothing_of_its_call(tagged):
    def original(self):
        """Of the original."""

    class Sensor:
        @functools.wraps(original)
        @cache_on_disk
        def modes(self):
            return [1]

    sensor = tagged(Sensor())
    assert sensor.modes() is sensor.modes() and sensor.modes() == [1]
    assert Sensor.modes.__doc__ == "Of the original." and Sensor.modes.__wrapped__(sensor) == [1]
