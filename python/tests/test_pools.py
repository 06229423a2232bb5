"""Classes of main modules and notebooks, and roots, on their way to other processes."""

import pickle
import subprocess
import sys
import textwrap

import pytest
from slow_program import environment

import cache_on_disk as cod
from cache_on_disk import cache_on_disk, portable, set_tag


def run(script, *arguments, **variables):
    result = subprocess.run(
        [sys.executable, str(script), *map(str, arguments)],
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


# What a user writes into a script or a notebook. `computed` tells in which processes the function ran.
classes = textwrap.dedent("""
    import os, sys, numpy as np, cache_on_disk as cod
    from cache_on_disk import cache_on_disk, portable, set_tag, set_tmpdir

    class Base:
        def __init__(self, number): self.number = number
        @cache_on_disk(by_arguments=True)
        def power(self, k):
            open(os.path.join(directory(), "computed"), "a").write(f"{os.getpid()} ")
            return self.number * k

    class Loop(Base):
        @cache_on_disk
        def modes(self): return np.arange(3.0) + super().power(1)
        @property
        @cache_on_disk
        def gain(self): return self.number / 2

    class System:
        def __init__(self): self.loops = [Loop(1), Loop(2)]; self.by_name = {"a": Loop(3)}

    @cache_on_disk(by_arguments=True)
    def scaled(x, factor=2): return x * factor

    def directory(): return os.environ["DIRECTORY"]
    def runs(): return open(os.path.join(directory(), "computed")).read().split()
    def work(loop): return float(loop.modes().sum()) + loop.power(10) + loop.gain
    def names(root): return sorted(cod.get_disk_cacher(one, "modes").fullpath() for one in root.loops)
    right = [3 + 3 * n + 10 * n + n / 2 for n in (1, 2, 3)]

    def prepared():
        system = System()
        set_tmpdir(system, directory()); set_tag(system, "night")
        return system
    def all_of(system): return [*system.loops, system.by_name["a"]]
    def check_here(found):
        "The values that other processes stored are those of this one's objects."
        assert found == right, found
        count = len(runs())
        assert [work(one) for one in all_of(prepared())] == right
        assert len(runs()) == count and str(os.getpid()) not in runs(), "computed again here"
""")

uses = {
    "joblib": """
        from joblib import Parallel, delayed
        check_here(Parallel(2)(delayed(work)(portable(loop)) for loop in all_of(prepared())))
        assert Parallel(2)(delayed(names)(portable(prepared())) for _ in range(1)) == [names(prepared())]
        assert Parallel(2)(delayed(scaled)(x) for x in (1, 2)) == [2, 4]
        assert Parallel(1)(delayed(work)(portable(loop)) for loop in all_of(prepared())) == right
        assert Parallel(2, backend="threading")(delayed(work)(portable(loop)) for loop in all_of(prepared())) == right""",
    "dask": """
        import dask
        tasks = [dask.delayed(work)(portable(loop)) for loop in all_of(prepared())]
        check_here(list(dask.compute(*tasks, scheduler="processes", num_workers=2)))
        assert list(dask.compute(*tasks, scheduler="threads")) == right
        assert list(dask.compute(*tasks, scheduler="synchronous")) == right""",
    "cloudpickle": """
        import cloudpickle, subprocess
        data = cloudpickle.dumps((work, [portable(loop) for loop in all_of(prepared())], names, portable(prepared())))
        code = "import pickle, sys; w, l, n, r = pickle.load(sys.stdin.buffer); print([*map(w, l), n(r)])"
        found = eval(subprocess.run([sys.executable, "-c", code], input=data, stdout=subprocess.PIPE, check=True).stdout)
        assert found.pop() == names(prepared())
        check_here(found)""",
    "dill": """
        import dill, subprocess
        dill.settings["recurse"] = True
        data = dill.dumps((work, [portable(loop) for loop in all_of(prepared())]))
        code = "import dill, sys; w, l = dill.load(sys.stdin.buffer); print([*map(w, l)])"
        check_here(eval(subprocess.run([sys.executable, "-c", code], input=data, stdout=subprocess.PIPE, check=True).stdout))""",
    "multiprocessing": """
        import multiprocessing
        with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
            check_here(pool.map(work, [portable(loop) for loop in all_of(prepared())]))
            assert pool.map(scaled, [1, 2]) == [2, 4]
            assert pool.map(names, [portable(prepared())]) == [names(prepared())]""",
}


@pytest.fixture
def program(tmp_path):
    """Writes a script of the classes and what uses them, and runs it."""

    def write_and_run(use, *arguments, name="program.py"):
        script = tmp_path / name
        script.write_text(classes + "\nif __name__ == '__main__':\n" + textwrap.indent(textwrap.dedent(use), "    "))
        return run(script, *arguments, DIRECTORY=str(tmp_path), DASK_TEMPORARY_DIRECTORY=str(tmp_path))

    return write_and_run


@pytest.mark.parametrize("library", ["joblib", "dask", "cloudpickle", "dill"])
def test_classes_of_the_main_module_and_their_tags_travel(program, library):
    pytest.importorskip(library)
    program(uses[library])


@pytest.mark.parametrize("start", ["fork", "spawn", "forkserver"])
def test_classes_of_the_main_module_and_their_tags_travel_in_pools(program, start):
    program(uses["multiprocessing"], start)


@pytest.mark.parametrize("library", ["joblib", "cloudpickle"])
def test_classes_of_a_notebook_and_their_tags_travel(tmp_path, library):
    pytest.importorskip(library)
    pytest.importorskip("ipykernel")
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    cells = [
        f"import os, sys; os.environ['DIRECTORY'] = {str(tmp_path)!r}",
        classes,
        textwrap.dedent(uses[library]),
        "print('done')",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, timeout=200, resources={"metadata": {"path": str(tmp_path)}}).execute(
        env=environment()
    )
    assert "done" in str(notebook.cells[-1].outputs)


class Module:
    @cache_on_disk
    def value(self):
        return 7

    @cache_on_disk(by_arguments=True, version=3)
    def scaled(self, x):
        return x


@cache_on_disk
def function():
    return 8


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("of", [Module.value, Module.scaled, function], ids=["value", "scaled", "function"])
def test_a_function_that_can_be_imported_pickles_by_name(of, protocol):
    data = pickle.dumps(of, protocol)
    assert pickle.loads(data) is of and of.__qualname__.rpartition(".")[2].encode() in data


def test_a_function_that_is_sent_by_value_keeps_its_options(tagged, entries):
    cloudpickle = pytest.importorskip("cloudpickle")

    class Local:
        @cache_on_disk(by_arguments=True, version=4, writable=True)
        def f(self, x=1):
            """Doc."""
            return {"x": x}

        @cache_on_disk
        async def later(self):
            return 1

        @cache_on_disk
        def itself(self):
            return Local.itself is not None and __class__ is not None

    Local.f.note = "kept"
    sent, f = pickle.loads(cloudpickle.dumps((Local, Local.f)))
    assert sent is Local or sent.f is f
    again = pickle.loads(
        subprocess.run(
            [
                sys.executable,
                "-c",
                textwrap.dedent("""
        import asyncio, pickle, sys, tempfile, cloudpickle, cache_on_disk as cod
        Local = pickle.load(sys.stdin.buffer)
        assert Local.f.note == "kept" and Local.f.__doc__ == "Doc." and Local.f.__qualname__.endswith("Local.f")
        obj = Local(); cod.set_tmpdir(obj, tempfile.mkdtemp()); cod.set_tag(obj, "T")
        first = obj.f(2); first["x"] = 9
        assert obj.f(2) == {"x": 2} and obj.f() == {"x": 1} and obj.itself() and asyncio.run(obj.later()) == 1
        assert cod.explain(obj.f, 2).state == "memory" and type(obj.later()).__name__ == "coroutine"
        sys.stdout.buffer.write(cloudpickle.dumps(Local))
    """),
            ],
            input=cloudpickle.dumps(Local),
            stdout=subprocess.PIPE,
            check=True,
            env=environment(),
        ).stdout
    )
    assert tagged(again()).f(3) == {"x": 3}


def test_a_portable_root_brings_all_its_settings(tagged, tmp_path):
    root = tagged({"one": Module(), "two": [Module(), Module()]})
    cod.set_prefix(root, "p")
    cod.set_tag(root["two"][1], "other")
    cod.set_tmpdir(root["two"][1], str(tmp_path / "elsewhere"))
    cod.set_writable(root["one"], True)
    arrived = pickle.loads(pickle.dumps(portable(root)))
    assert type(arrived) is dict and arrived["one"] is not root["one"]
    for here, there in ((root["one"], arrived["one"]), *zip(root["two"], arrived["two"])):
        for method in ("value", "scaled"):
            ours, theirs = cod.get_disk_cacher(here, method), cod.get_disk_cacher(there, method)
            assert (ours._funcid, ours._tag, ours._prefix, ours._tmpdir) == (
                theirs._funcid,
                theirs._tag,
                theirs._prefix,
                theirs._tmpdir,
            )
            assert ours._cell.is_writable == theirs._cell.is_writable == (here is root["one"])


def test_a_part_of_a_tree_is_portable_under_its_own_name(tagged):
    root = tagged({"two": [Module(), Module()]})
    arrived = pickle.loads(pickle.dumps(portable(root["two"][1])))
    assert cod.get_disk_cacher(arrived, "value")._funcid == "root['two'][1].Module.value"


def test_a_portable_function_is_the_function(tagged):
    tagged(function)
    try:
        assert pickle.loads(pickle.dumps(portable(function))) is function and portable(function)() == 8
    finally:
        set_tag(function, None)


def test_a_portable_passes_on_what_is_asked_of_it(tagged):
    root = tagged([Module(), Module()])
    there = portable(root)
    assert len(there) == 2 and there[0] is root[0] and list(there) == root and root[1] in there and bool(there)
    one = portable(root[0])
    one.number = 5
    assert root[0].number == 5 and one.value() == 7 and "Module" in repr(one)
    assert cod.explain(one.value).state == "memory" and cod.explain(one, "value").state == "memory"
    assert (
        cod.get_disk_cacher(one, "value")._funcid
        == cod.get_disk_cacher(one, one.value)._funcid
        == "root[0].Module.value"
    )
    set_tag(there, "second")
    assert cod.get_disk_cacher(root[0], "value")._tag == "second"
    assert [line.method for line in cod.explain(there)][:2] == ["root[0].Module.value", "root[0].Module.scaled"]


def test_a_root_without_a_tag_is_not_portable():
    with pytest.raises(cod.TagNotSetException, match="a list"):
        portable([Module()])
    with pytest.raises(cod.InvalidTypeError):
        portable(5)


def test_what_a_pickle_leaves_out_is_told(tagged, messages):
    class Whole(dict):
        __reduce__ = lambda self: (dict, ())

    pickle.loads(pickle.dumps(portable(tagged(Whole(one=Module())))))
    assert len(messages()) == 2 and "root['one'].Module.value" in messages()[0] and "pickle" in messages()[0]
