"""In the place of the original: its classes, its decorators, its users' programs. Skipped where arte is not installed."""

import importlib.util
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

needed = ["arte", "scipy", "astropy"]
missing = [name for name in needed if importlib.util.find_spec(name) is None]
pytestmark = pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")

day = Path(__file__).parent / "day_program.py"


@pytest.fixture
def run(tmp_path):
    """Runs Python in a process and a directory of tags of its own."""
    tmpdir = tmp_path / "tags"
    tmpdir.mkdir(mode=0o700)

    def start(*words, code=0, **variables):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CACHE_ON_DISK")}
        environment.update(TMPDIR=str(tmpdir), HOME=str(tmp_path), **variables)
        done = subprocess.run(
            [sys.executable, *map(str, words)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    start.tmpdir = tmpdir
    return start


def programs(text):
    return textwrap.dedent(text)


def test_a_day_in_the_life_of_its_user(tmp_path, run):
    """The same program with the original and with this package: the same values, types, computations and files at each step."""
    reports = []
    for which in ([], ["-m", "cache_on_disk.arte"]):
        report = tmp_path / f"report{len(reports)}"
        run(*which, day, report)
        reports.append(json.loads(report.read_text()))
        for path in sorted(run.tmpdir.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    original, ours = reports
    assert len(original) == len(ours) > 60
    for before, after in zip(original, ours):
        assert after == before


def test_values_of_the_original_are_found(run):
    program = programs("""
        import sys
        from arte.dataelab.base_analyzer import BaseAnalyzer
        from arte.dataelab.cache_on_disk import cache_on_disk
        from astropy import units as u
        import numpy as np
        calls = 0
        class A(BaseAnalyzer):
            @cache_on_disk
            def f(self):
                global calls
                calls += 1
                return np.arange(3) * u.m
        print(A.get("20240101/120000").f(), calls)
        """)
    assert run("-c", program) == "[0. 1. 2.] m 1\n"
    assert run("-m", "cache_on_disk.arte", "-c", program) == "[0. 1. 2.] m 0\n"


late_import = """
    import numpy as np
    from arte.dataelab.base_analyzer import BaseAnalyzer
    from arte.dataelab.cache_on_disk import cache_on_disk, set_tag as name_it
    import arte.dataelab.cache_on_disk as whole
    from arte.utils.decorator import returns
    class Part:
        @returns(np.ndarray)
        @cache_on_disk
        def above(self):
            return np.arange(4)
        @cache_on_disk
        def plain(self):
            return 5
    class A(BaseAnalyzer):
        def __init__(self, tag, recalc=False):
            super().__init__(tag, recalc)
            self.part = Part()
    before = A.get("20240101_000000")
    before.part.plain()
    import cache_on_disk as ours, cache_on_disk.arte
    after = A.get("20240101_000001")
    """


def test_what_was_imported_and_tagged_before_is_taken_over(run):
    out = run(
        "-c",
        programs(late_import)
        + programs("""
        assert whole is not None and name_it is ours.set_tag, name_it
        import arte.dataelab.cache_on_disk as again
        assert again is whole or again.set_tag is ours.set_tag
        for a in (before, after):
            assert ours.explain(a.part.plain).state in ("disk", "missing"), ours.explain(a.part.plain)
            assert a.part.plain() == 5 and list(a.part.above()) == [0, 1, 2, 3]
            assert ours.explain(a.part.plain).state == "memory" and ours.explain(a.part.above).state == "memory"
            assert ours.explain(a.part.above).path.endswith(f"cache{a.snapshot_tag()}/root.part.Part.above.npy")
        print(sum(one.from_disk for one in ours.statistics(before).methods))
        """),
    )
    assert out == "1\n"


def test_imported_first_it_reaches_the_base_classes(run):
    out = run(
        "-c",
        programs("""
        import cache_on_disk.arte
        import sys
        assert "arte" not in sys.modules
        from arte.dataelab.base_analyzer import BaseAnalyzer, set_tag
        from arte.dataelab import cache_on_disk as module
        import arte.dataelab.cache_on_disk
        import cache_on_disk as ours
        assert arte.dataelab.cache_on_disk is module and module.set_tag is set_tag is ours.set_tag
        assert module.__name__ == "arte.dataelab.cache_on_disk"
        from arte.dataelab.cache_on_disk import *
        class A(BaseAnalyzer):
            @cache_on_disk
            def f(self): return 1
        a = A.get("20240101_000000")
        a.f()
        print(ours.explain(a.f).state)
        """),
    )
    assert out == "memory\n"


def test_explain_warm_and_statistics_reach_the_analyzers_of_a_set(run):
    out = run(
        "-c",
        programs("""
        import cache_on_disk.arte, cache_on_disk as ours
        from arte.dataelab.base_analyzer import BaseAnalyzer
        from arte.dataelab.base_analyzer_set import BaseAnalyzerSet
        from arte.dataelab.cache_on_disk import cache_on_disk
        class Part:
            @cache_on_disk
            def f(self): return 1
        class A(BaseAnalyzer):
            def __init__(self, tag, recalc=False):
                super().__init__(tag, recalc)
                self.part = Part()
            @cache_on_disk
            def g(self): return 2
        every = BaseAnalyzerSet(["day/1", "day/2", "day/3"], file_walker=None, analyzer_type=A)
        print([one.state for one in ours.explain(every)])
        print(ours.warm(every, progress=False).computed, ours.warm(every, progress=False).found)
        print({one.state for one in ours.explain(every)}, len(ours.explain(every)))
        print(sum(one.computed for one in ours.statistics(every).methods))
        print(sorted(one.path[-30:] for one in ours.explain(every))[0])
        print(ours.clear_cache(every).deleted, A.get("day/1").part.f())
        """),
    )
    assert out.splitlines() == [
        "['missing', 'missing', 'missing', 'missing', 'missing', 'missing']",
        "6 6",
        "{'memory'} 6",
        "6",
        out.splitlines()[4],
        "6 1",
    ]
    assert out.splitlines()[4].endswith("cacheday/1/root.A.g.npy")


def test_programs_run_as_they_do_under_python(tmp_path, run):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("")
    (tmp_path / "package" / "helper.py").write_text("x = 5\n")
    program = tmp_path / "package" / "program.py"
    program.write_text(
        programs("""
        import atexit, os, pickle, sys
        import helper
        class Own:
            pass
        atexit.register(lambda: print("end", helper.x))
        assert __name__ == "__main__" and sys.modules["__main__"].Own is Own and type(pickle.loads(pickle.dumps(Own()))) is Own
        from arte.dataelab import cache_on_disk
        print(os.path.basename(__file__), sys.argv[1:], cache_on_disk.set_tag.__module__)
        sys.exit(3)
        """)
    )
    assert (
        run("-m", "cache_on_disk.arte", program, "-m", "x", code=3)
        == "program.py ['-m', 'x'] cache_on_disk._manage\nend 5\n"
    )
    (tmp_path / "package" / "module.py").write_text(
        "import sys; from . import helper; print(__name__, sys.argv[1:], helper.x)"
    )
    assert run("-m", "cache_on_disk.arte", "-m", "package.module", "a") == "__main__ ['a'] 5\n"
    assert run("-m", "cache_on_disk.arte", "-c", "import sys; print(sys.argv)", "a", "b") == "['-c', 'a', 'b']\n"
    assert "usage" in run("-m", "cache_on_disk.arte", "--help")
    for wrong in ([], ["-x"], ["-m"], ["no/such/program.py"]):
        run("-m", "cache_on_disk.arte", *wrong, code=2)


def test_a_program_shares_its_entries_with_itself_run_by_python(tmp_path, run):
    program = tmp_path / "analysis.py"
    program.write_text(
        programs("""
        try:
            from arte.dataelab.cache_on_disk import cache_on_disk, set_tag
        finally:
            pass
        import cache_on_disk as ours
        class A:
            @cache_on_disk
            def f(self): return {"a": 1}
        a = A()
        set_tag(a, "T")
        print(ours.explain(a.f).state)
        a.f()
        """)
    )
    assert run("-m", "cache_on_disk.arte", program) == "missing\n"
    assert run("-m", "cache_on_disk.arte", program) == "disk\n"


def test_arrays_may_be_changed_unless_the_environment_says_not(run):
    program = programs("""
        import cache_on_disk.arte
        from arte.dataelab.cache_on_disk import cache_on_disk, set_tag
        import numpy as np
        class A:
            @cache_on_disk
            def f(self): return np.zeros(100000)
        a = A()
        set_tag(a, "T")
        for _ in range(3):
            value = a.f()
            if value.flags.writeable: value += 1
        print(value.flags.writeable, a.f().max())
        """)
    assert run("-c", program) == "True 0.0\n"
    assert run("-c", program, CACHE_ON_DISK_WRITABLE="0") == "False 0.0\n"


def test_decorated_methods_are_functions_to_those_who_ask(run):
    out = run(
        "-c",
        programs("""
        import cache_on_disk.arte, inspect, types
        from arte.dataelab.cache_on_disk import cache_on_disk, set_tag, get_disk_cacher
        from arte.utils.decorator import synchronized
        import cache_on_disk as ours
        class A:
            @cache_on_disk
            def f(self, x=1):
                "Does it."
                return x
            @cache_on_disk(by_arguments=True)
            def g(self, x): return x
            @property
            @cache_on_disk
            def p(self): return 4
            @cache_on_disk
            async def h(self): return 5
        A = synchronized(A)
        a = A()
        set_tag(a, "T")
        print(inspect.isfunction(A.f), type(A.g) is types.FunctionType, A.f.__doc__, inspect.signature(A.f), A.f.__name__)
        print(a.f(3), a.f(), a.g(1), a.g(2), a.g(x=2), a.p, sorted(e.state for e in ours.explain(a)))
        print(get_disk_cacher(a, a.f)._data, get_disk_cacher(a, A.f) is not None, len(A.f.cacher_list), inspect.iscoroutinefunction(A.h))
        assert A.f.__wrapped__ is not None and ours.explain(a, "f").state == "memory"
        """),
    )
    assert out.splitlines()[0] == "True True Does it. (self, x=1) f"
    assert out.splitlines()[1].startswith("3 3 1 2 2 4 ")
    assert out.splitlines()[2].startswith("3 True 1 ")
