"""The fingerprint of a method's code is the same for every version of Python."""

import subprocess
import sys

import pytest
from code_programs import clean_environment, fingerprints, python_of, room, versions, write_program


@pytest.mark.parametrize("version", versions())
def test_every_version_of_python_makes_the_same_fingerprint(version, tmp_path):
    python = python_of(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    write_program(tmp_path / "program")
    assert fingerprints(tmp_path, python) == fingerprints(tmp_path)


def test_a_program_has_a_fingerprint_of_its_source(tmp_path):
    write_program(tmp_path / "program")
    kind, digest, parts = fingerprints(tmp_path)["program"]
    assert kind == "py1"
    assert len(digest) == 32
    assert {"Analyzer.value", "helper", "GAIN", "deeper", "class Wheel"} <= {p.rpartition("=")[0] for p in parts}


outlines = """
import glob, hashlib, json, sys
sys.path.insert(0, sys.argv[1])
from _code import reading
for path in sorted(glob.glob(sys.argv[1] + "/**/*.py", recursive=True)):
    with open(path, "rb") as file:
        print(path, hashlib.md5(json.dumps(reading.outline(file.read())).encode()).hexdigest())
"""


@pytest.mark.parametrize("version", versions())
def test_every_version_reads_the_same_from_this_package(version):
    python = python_of(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    here, there = (
        subprocess.run(
            [p, "-W", "ignore", "-c", outlines, str(room)],
            capture_output=True,
            text=True,
            check=True,
            env=clean_environment(),
        ).stdout
        for p in (sys.executable, python)
    )
    assert here == there
    assert len(here.splitlines()) > 50
