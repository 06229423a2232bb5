"""However a program is run, its methods have the same fingerprint: as a script, by -m, imported, in a notebook, under pytest, with -O."""

import json
import py_compile
import shutil
import subprocess
import sys

import pytest
from code_programs import clean_environment, python_of, room, versions

helper_text = """
SCALE = 3
TABLE = [1, 2]
TABLE.append(3)

def helper(x):
    assert x > 0, "positive"
    return x * SCALE + TABLE[0]
"""

class_text = """
from helpers import helper
import statistics as st

STEP = 2

def local(x):
    total = 0
    for item in range(x):
        total += item
    return total * STEP

class A:
    K = 5

    def __init__(self, nmodes):
        self.nmodes = nmodes * 2

    def other(self):
        assert self.K
        return st.mean([self.K])

    def m(self):
        return helper(self.nmodes) + local(3) + self.other()
"""

ask_text = f"""
import sys
sys.path.insert(0, {str(room)!r})
import _code, json
made = _code.fingerprint(A.m, A)
print("made", json.dumps([made.kind, made.digest, [p.text for p in made.parts]] if len(made) > 1 else [made.reason, "", []]))
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "helpers.py").write_text(helper_text)
    (tmp_path / "analysis.py").write_text(class_text)
    (tmp_path / "script.py").write_text(class_text + '\nif __name__ == "__main__":\n' + indented(ask_text))
    (tmp_path / "importer.py").write_text("from analysis import A\n" + ask_text)
    return tmp_path


def indented(text):
    return "".join(f"    {line}\n" for line in text.splitlines())


def run(folder, *arguments, python=sys.executable, **environment):
    done = subprocess.run(
        [python, *arguments], cwd=folder, capture_output=True, text=True, env=clean_environment(**environment)
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("made ")]
    assert lines, done.stdout + done.stderr
    return json.loads(lines[-1][5:])


@pytest.fixture
def imported(folder):
    made = run(folder, "importer.py")
    assert made[0] == "py1"
    assert {p.rpartition("=")[0] for p in made[2]} >= {
        "A.m",
        "A.other",
        "A.nmodes",
        "helper",
        "local",
        "SCALE",
        "STEP",
        "TABLE",
    }
    return made


def test_as_a_script(folder, imported):
    assert run(folder, "script.py") == imported


def test_as_a_script_from_elsewhere(folder, imported, tmp_path):
    (tmp_path / "below").mkdir()
    assert run(tmp_path / "below", "../script.py") == imported
    assert run("/", str(folder / "script.py")) == imported


def test_a_script_that_goes_elsewhere(folder, imported):
    (folder / "script.py").write_text("import os\nos.chdir('/')\n" + (folder / "script.py").read_text())
    assert run(folder, "script.py") == imported


def test_by_m(folder, imported):
    assert run(folder, "-m", "script") == imported


def test_by_m_in_a_package(folder, imported):
    package = folder / "lab"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "helpers.py").write_text(helper_text)
    (package / "script.py").write_text((folder / "script.py").read_text().replace("from helpers", "from .helpers"))
    (folder / "helpers.py").unlink()
    assert run(folder, "-m", "lab.script") == imported


@pytest.mark.parametrize("option", ["-O", "-OO", "-I", "-Wdefault", "-bb"])
def test_with_options(option, folder, imported):
    text = f"import sys\nsys.path.insert(0, {str(folder)!r})\n"
    (folder / "importer.py").write_text(text + (folder / "importer.py").read_text())
    assert run(folder, option, "importer.py") == imported


def test_from_bytecode_beside_the_source(folder, imported):
    for _ in range(2):
        assert run(folder, "importer.py", PYTHONDONTWRITEBYTECODE="") == imported
    assert (folder / "__pycache__").is_dir()


def test_in_another_directory(folder, imported, tmp_path):
    shutil.copytree(folder, tmp_path / "copy", ignore=lambda *_: ["copy"])
    assert run(tmp_path / "copy", "importer.py") == imported


def test_by_a_link(folder, imported, tmp_path):
    (tmp_path / "link").symlink_to(folder)
    assert run(tmp_path / "link", "importer.py") == imported


def test_from_bytecode_without_source(folder, imported):
    """The code object counts, and says so: it is compared only with those of the same Python."""
    for name in ("analysis", "helpers"):
        py_compile.compile(str(folder / f"{name}.py"), cfile=str(folder / f"{name}.pyc"))
        (folder / f"{name}.py").unlink()
    made = run(folder, "importer.py")
    assert made[0] == "py1+cpython-%d%d" % sys.version_info[:2]
    assert {"A.m", "A.other", "helper", "local"} <= {p.rpartition("=")[0] for p in made[2]}
    assert run(folder, "importer.py") == made


def test_bytecode_without_source_tells_edits(folder, tmp_path):
    digests = set()
    for text in (
        helper_text,
        helper_text.replace("x * SCALE", "x / SCALE"),
        helper_text.replace("SCALE = 3", "SCALE = 4"),
    ):
        (tmp_path / "new.py").write_text(text)
        py_compile.compile(str(tmp_path / "new.py"), cfile=str(folder / "helpers.pyc"))
        (folder / "helpers.py").unlink(missing_ok=True)
        digests.add(run(folder, "importer.py")[1])
    assert len(digests) == 3


def test_by_exec(folder, imported):
    (folder / "importer.py").write_text(f"exec({class_text!r})\n" + ask_text)
    made = run(folder, "importer.py")
    assert made[0].startswith("py1+")
    assert made == run(folder, "importer.py")


def test_by_exec_of_a_file(folder, imported):
    """As IPython's %run does."""
    text = "path = 'analysis.py'\nnames = {'__name__': 'analysis', '__file__': path}\n"
    text += "exec(compile(open(path).read(), path, 'exec'), names)\nA = names['A']\n"
    (folder / "importer.py").write_text(text + ask_text)
    assert run(folder, "importer.py")[:2] == imported[:2]


def test_by_runpy(folder, imported):
    text = "import runpy\nA = runpy.run_path('analysis.py')['A']\n"
    (folder / "importer.py").write_text(text + ask_text)
    made = run(folder, "importer.py")
    assert made[0] == "py1"
    assert {"A.m", "helper", "SCALE", "TABLE"} <= {p.rpartition("=")[0] for p in made[2]}


def test_in_a_zip(folder, imported):
    shutil.make_archive(str(folder / "all"), "zip", folder, "helpers.py")
    (folder / "helpers.py").unlink()
    (folder / "importer.py").write_text(
        "import sys\nsys.path.insert(0, 'all.zip')\n" + (folder / "importer.py").read_text()
    )
    made = run(folder, "importer.py")
    assert "helper" in {p.rpartition("=")[0] for p in made[2]}


def test_under_pytest_with_rewritten_asserts(folder, imported):
    """The class and its helper are in files whose asserts pytest rewrites."""
    (folder / "conftest.py").write_text("import pytest\npytest.register_assert_rewrite('helpers')\n")
    (folder / "test_it.py").write_text(
        class_text
        + "\ndef test_it(capsys):\n    with capsys.disabled():\n        print()\n"
        + indented(indented(ask_text))
    )
    assert run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py") == imported


@pytest.mark.parametrize("version", versions())
def test_as_a_script_by_every_python(version, folder, imported):
    python = python_of(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    assert run(folder, "script.py", python=python) == imported


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_in_workers(method, folder, imported):
    text = "import multiprocessing\nfrom analysis import A\n\ndef ask(_):\n" + indented(ask_text)
    text += f'\nif __name__ == "__main__":\n    worker = multiprocessing.get_context({method!r}).Process(target=ask, args=(0,))\n'
    text += "    worker.start()\n    worker.join()\n"
    (folder / "importer.py").write_text(text)
    assert run(folder, "importer.py") == imported


def test_edited_while_it_runs(folder, imported):
    """What runs is the old text; the new one is not taken for it."""
    edit = "\nopen('helpers.py', 'w').write({!r})\n".format(helper_text.replace("x * SCALE", "x / SCALE"))
    (folder / "importer.py").write_text("from analysis import A\n" + edit + ask_text)
    made = run(folder, "importer.py")
    assert made[0] != "py1" or made == imported
    (folder / "helpers.py").write_text(helper_text)
    unlike = "\nopen('helpers.py', 'w').write({!r})\n".format("\n\n# a comment\n" + helper_text)
    (folder / "importer.py").write_text("from analysis import A\n" + unlike + ask_text)
    assert run(folder, "importer.py") == imported


def test_the_order_of_sets_plays_no_part(folder, imported):
    assert {run(folder, "importer.py", PYTHONHASHSEED=str(seed))[1] for seed in range(5)} == {imported[1]}


def test_locale_and_umask_play_no_part(folder, imported):
    assert run(folder, "importer.py", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii") == imported
