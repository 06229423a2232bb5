"""Rows: the Python package in the place of the library's program."""

import contextlib
import os
import pathlib
import sys

import rows_failures
import rows_values
from setting import row


@contextlib.contextmanager
def python_on_clients(setting):
    """Clients run the package, which takes longer to start."""
    before = setting.program, setting.pace
    setting.program = [sys.executable, str(pathlib.Path(__file__).parent / "client.py")]
    setting.pace *= setting.slower_start_of_python
    path = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = setting.package
    try:
        yield
    finally:
        setting.program, setting.pace = before
        if path is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = path


@row("python", "locks")
def python_crowd(setting, report):
    with python_on_clients(setting):
        rows_values.release_crowds(setting, report, [(2, 500), (2, 1000)])


@row("python")
def python_kill_storm(setting, report):
    with python_on_clients(setting):
        rows_failures.kill_storm(setting, report)
