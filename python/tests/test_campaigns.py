"""The campaigns of the package for a short while, and that they fail where values are wrong."""

import os
import pathlib
import subprocess
import sys

import pytest

campaigns = pathlib.Path(__file__).resolve().parents[2] / "campaigns/python"


def run(name, *options):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CACHE_ON_DISK")}
    done = subprocess.run(
        [sys.executable, campaigns, name, "--seconds", "2", *options],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode == 77:
        pytest.skip(done.stdout.strip())
    return done


@pytest.mark.parametrize("name", ["crowd", "kill", "kill-at-call", "race", "soak", "untrusted", "wake"])
def test_campaign(name):
    done = run(name)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["kill", "race", "soak", "untrusted"])
def test_a_campaign_fails_where_values_are_wrong(name):
    assert run(name, "--wrong").returncode == 1
