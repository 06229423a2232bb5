"""Cached calls within cached calls, a thousand deep."""

import subprocess
import sys
import textwrap

import pytest
from slow_program import environment

program = textwrap.dedent("""
    import sys, tempfile, threading
    from cache_on_disk import cache_on_disk, set_tag, set_tmpdir
    sys.setrecursionlimit(10**6)

    class Deep:
        @cache_on_disk(by_arguments=True)
        def f(self, n):
            return 0 if n == 0 else 1 + self.f(n - 1)

    deep = Deep()
    set_tmpdir(deep, tempfile.mkdtemp(dir=sys.argv[1])); set_tag(deep, "T")

    def call(depth, found):
        try:
            found.append(deep.f(depth))
        except BaseException as error:
            found.append(type(error).__name__)

    def in_thread(kib, depth):
        found = []
        threading.stack_size(kib << 10)
        thread = threading.Thread(target=call, args=(depth, found))
        thread.start()
        thread.join()
        return found[0]
""")


def run(tmp_path, code):
    result = subprocess.run(
        [sys.executable, "-c", program + code, str(tmp_path)],
        env=environment(CACHE_ON_DISK="readonly"),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, (result.returncode, result.stderr[-2000:])
    return result.stdout.split()


def test_calls_by_the_thousand_lie_within_each_other(tmp_path):
    assert run(tmp_path, "found = []; call(2500, found); print(found[0])") == ["2500"]


def test_a_small_thread_has_room_for_some(tmp_path):
    assert run(tmp_path, "print(in_thread(256, 40))") == ["40"]


@pytest.mark.parametrize("kib", [256, 1024, 4096])
def test_calls_that_are_too_deep_for_the_stack_are_an_error(tmp_path, kib):
    """A crash it would be otherwise."""
    assert run(tmp_path, f"print(in_thread({kib}, 100_000)); print(in_thread({kib}, 3))") == ["RecursionError", "3"]


@pytest.mark.as_shipped
def test_a_nested_call_takes_two_kib_of_stack_at_most(tmp_path):
    assert run(tmp_path, "print(in_thread(2048 + 192, 1024))") == ["1024"]
