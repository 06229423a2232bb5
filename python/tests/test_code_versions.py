"""The fingerprint of a method's code is the same for every version of Python."""

import pytest
from code_programs import fingerprints, python_of, versions, write_program


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
