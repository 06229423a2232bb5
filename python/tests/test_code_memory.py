"""A process looks at the code of a class once, and again when it has redefined something."""

import gc
import importlib
import subprocess
import sys
import weakref

import pytest
from code_programs import room
from test_code_bad_input import load, program  # noqa: F401 (a fixture)

from cache_on_disk._code import Fingerprint, changed_parts, finger, fingerprint, memory, parameters_read, sidecars


@pytest.fixture
def made(monkeypatch):
    """How often something was followed."""
    count = []
    real = finger.Follower.begin
    monkeypatch.setattr(finger.Follower, "begin", lambda *a: (count.append(1), real(*a))[1])
    return count


def test_all_objects_of_a_class_pay_once(load, made):  # noqa: F811
    module = load(program)
    for _ in range(10_000):
        fingerprint(module.A.m, type(module.A()))
    assert len(made) == 1


def test_parameters_and_fingerprint_are_found_together(load, made):  # noqa: F811
    module = load(program)
    fingerprint(module.A.m, module.A)
    assert parameters_read(module.A.m, module.A) == ("nmodes",)
    assert len(made) == 1


def replaced(module, old, new):
    names = {"__name__": module.__name__, "__file__": module.__file__}
    exec(program.replace(old, new), names)
    return names


def test_a_helper_that_is_replaced_is_seen(load):  # noqa: F811
    module = load(program)
    before = fingerprint(module.A.m, module.A)
    module.helper = replaced(module, "x + LIMIT", "x - LIMIT")["helper"]
    assert fingerprint(module.A.m, module.A) != before


def test_a_helper_whose_code_is_replaced_is_seen(load):  # noqa: F811
    """As IPython's autoreload does."""
    module = load(program)
    before = fingerprint(module.A.m, module.A)
    module.helper.__code__ = replaced(module, "x + LIMIT", "x - LIMIT")["helper"].__code__
    assert fingerprint(module.A.m, module.A) != before


def test_a_constant_that_is_set_is_seen(load):  # noqa: F811
    module = load(program)
    before = fingerprint(module.A.m, module.A)
    module.LIMIT = 4
    after = fingerprint(module.A.m, module.A)
    assert [str(c) for c in changed_parts([p.text for p in before.parts], after)] == [
        "LIMIT (program.py:2) has changed"
    ]
    module.LIMIT = 3
    assert fingerprint(module.A.m, module.A) == before


def test_a_constant_of_a_class_that_is_set_is_seen(load):  # noqa: F811
    module = load(program)
    before = fingerprint(module.A.m, module.A)
    module.A.nmodes = 5
    assert fingerprint(module.A.m, module.A) != before


def test_a_method_that_is_replaced_is_another_function(load):  # noqa: F811
    module = load(program)
    before = fingerprint(module.A.m, module.A)
    module.A.m = replaced(module, "helper(self", "-helper(self")["A"].m
    assert fingerprint(module.A.m, module.A) != before


def test_a_module_that_is_loaded_again_is_seen(load, tmp_path):  # noqa: F811
    module = load(program, new=True)
    before = fingerprint(module.A.m, module.A)
    (tmp_path / "program.py").write_text(program.replace("x + LIMIT", "x - LIMIT"))
    module = importlib.reload(module)
    after = fingerprint(module.A.m, module.A)
    assert after.kind == before.kind == "py1"
    assert [c.label for c in changed_parts([p.text for p in before.parts], after)] == ["helper"]
    (tmp_path / "program.py").write_text(program)
    module = importlib.reload(module)
    assert fingerprint(module.A.m, module.A).digest == before.digest


def test_two_classes_with_one_method(load):  # noqa: F811
    module = load(program + "class B(A):\n    nmodes = 5\n")
    assert fingerprint(module.A.m, module.A) != fingerprint(module.A.m, module.B)


def test_nothing_is_kept_alive(load):  # noqa: F811
    module = load("def make():\n" + "".join(f"    {line}\n" for line in program.splitlines()) + "    return A\n")
    gc.collect()
    known = len(memory._made)
    cls = module.make()
    assert isinstance(fingerprint(cls.m, cls), Fingerprint)
    assert len(memory._made) == known + 1
    alive = weakref.ref(cls)
    del cls
    gc.collect()
    assert alive() is None
    assert len(memory._made) == known


def test_importing_the_package_does_not_bring_it_along():
    ask = "import sys, cache_on_disk; print([m for m in sys.modules if m == 'ast' or m.startswith('cache_on_disk._code')])"
    assert subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_with_sidecars_no_source_is_parsed(load, tmp_path, monkeypatch):  # noqa: F811
    """Neither `ast` nor what reads sources is imported."""
    monkeypatch.setattr(sidecars, "_settled", -1.0)
    module = load(program)
    fingerprint(module.A.m, module.A, tmp_path / "sidecars")
    ask = (
        "import sys; sys.path[:0] = [%r, %r]; import program, _code; "
        "made = _code.fingerprint(program.A.m, program.A, %r); print(made.digest, '_code.reading' in sys.modules)"
    ) % (str(room), str(tmp_path), str(tmp_path / "sidecars"))
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [fingerprint(module.A.m, module.A).digest, "False"]


def test_what_changed_is_told_in_order():
    from cache_on_disk._code import Part

    new = [Part("a", "1", "f.py", 3), Part("b", "2", "", 0), Part("d", "4", "g/f.py", 7), Part("e", "6", "", 0)]
    assert [str(c) for c in changed_parts(["a=0", "b=2", "c=3", "e=5", "e=6"], new)] == [
        "a (f.py:3) has changed",
        "e has changed",
        "d (f.py:7) is new",
        "c is gone",
    ]
    assert changed_parts([p.text for p in new], new) == []
