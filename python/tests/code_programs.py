"""Programs whose code is fingerprinted: processes of this and other Pythons."""

import glob
import json
import os
import pathlib
import shutil
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
edited = here / "edited"
room = pathlib.Path(__import__("cache_on_disk").__file__).resolve().parent
_versions = ("3.9", "3.10", "3.11", "3.12", "3.13")


def python_of(version):
    """An interpreter of this version; None if there is none here."""
    if version == "%d.%d" % sys.version_info[:2]:
        return sys.executable
    root = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    found = [*glob.glob(f"{root}/versions/{version}.*/bin/python"), shutil.which("python" + version) or ""]
    for path in found:
        if path and subprocess.run([path, "-c", "import ast"], capture_output=True).returncode == 0:
            return path
    return None


def versions():
    return _versions


def clean_environment(**more):
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "PYENV_VERSION")}
    return {**environment, "PYTHONDONTWRITEBYTECODE": "1", **more}


def fingerprints(root, python=sys.executable, options=(), module="lab.main", owner="Analyzer", method="value"):
    """By directory below `root`, in a process of its own: kind (or the reason why there is none), digest, parts."""
    command = [python, *options, str(edited / "runner.py"), str(room), str(root), module, owner, method]
    done = subprocess.run(command, capture_output=True, text=True, env=clean_environment())
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def write_program(folder):
    """The program as it stands before it is edited."""
    shutil.copytree(edited / "lab", folder / "lab")
    shutil.copy(edited / "cache_on_disk.py", folder)
