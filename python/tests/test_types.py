"""What type checkers see."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

import cache_on_disk

package = pathlib.Path(cache_on_disk.__file__).parent


def environment():
    """Where the package is not installed, mypy is told where it lies."""
    return os.environ if "site-packages" in package.parts else {**os.environ, "MYPYPATH": str(package.parent)}


def test_decorated_methods_keep_their_types(tmp_path):
    pytest.importorskip("mypy")
    program = pathlib.Path(__file__).with_name("typed_program.py")
    expected = [
        f"{number}: {line.split('# error: ')[1]}"
        for number, line in enumerate(program.read_text().splitlines(), 1)
        if "# error: " in line
    ]
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(program)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(),
    )
    found = [
        f"{line.split(':')[1]}: {line.rsplit('[', 1)[1][:-1]}"
        for line in result.stdout.splitlines()
        if ": error:" in line
    ]
    assert found == expected, result.stdout


def test_pyright_sees_the_same(tmp_path):
    checker = next(
        filter(
            None,
            (
                shutil.which(name, path=os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")]))
                for name in ("pyright", "basedpyright")
            ),
        ),
        None,
    )
    if checker is None:
        pytest.skip("neither pyright nor basedpyright is installed")
    program = pathlib.Path(__file__).with_name("typed_program.py")
    shutil.copy(program, tmp_path)
    extra = [] if "site-packages" in package.parts else [str(package.parent)]
    (tmp_path / "pyrightconfig.json").write_text(
        json.dumps({"typeCheckingMode": "strict", "extraPaths": extra, "reportMissingModuleSource": False})
    )
    result = subprocess.run(
        [checker, "--outputjson", "--pythonpath", sys.executable],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(),
    )
    report = json.loads(result.stdout)
    found = [d["range"]["start"]["line"] + 1 for d in report["generalDiagnostics"] if d["severity"] == "error"]
    expected = [number for number, line in enumerate(program.read_text().splitlines(), 1) if "# error: " in line]
    assert found == expected, result.stdout


def test_the_package_itself_is_typed(tmp_path):
    pytest.importorskip("mypy")
    assert (package / "py.typed").exists()
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), "-p", "cache_on_disk"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(),
    )
    assert result.returncode == 0, result.stdout + result.stderr
