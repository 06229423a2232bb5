"""The campaigns against the promises of the Python package; campaign.hpp has those of the library.

    python campaigns/python NAME [--seconds N] [--seed N] [--wrong]

Each prints one line with its figures and fails if a promise was broken. --wrong has one in ten functions return
another value than it should: then a campaign must fail, which shows that it looks.
"""

import argparse
import os
import random
import sys
import tempfile

import crowd
import kill
import kill_at_call
import race
import soak
import untrusted
import wake
from common import Report, Skipped, specimen

campaigns = {
    "kill": kill.run,
    "kill-at-call": kill_at_call.run,
    "wake": wake.run,
    "crowd": crowd.run,
    "race": race.run,
    "soak": soak.run,
    "untrusted": untrusted.run,
}

parser = argparse.ArgumentParser(prog="campaigns/python", description=__doc__.splitlines()[0])
parser.add_argument("name", choices=campaigns)
parser.add_argument("--seconds", type=float, default=5)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--timed", action="store_true", help="judge waiting times, too")
parser.add_argument("--wrong", action="store_true", help="let functions return wrong values: the campaign must fail")
plan = parser.parse_args()
if plan.wrong:
    specimen.wrong = True
    os.environ["CAMPAIGN_WRONG"] = "1"  # for programs that are started

report = Report("python-" + plan.name)
try:
    # Objects that nobody has given a directory keep to one of this run's, which no other run has stored in.
    with tempfile.TemporaryDirectory() as own:
        os.environ["TMPDIR"] = tempfile.tempdir = own
        campaigns[plan.name](plan, random.Random(plan.seed), report)
except Skipped as lack:
    print(f"{report.name}: skipped: {lack}")
    sys.exit(77)
print(report.line())
sys.exit(0 if report.passed() else 1)
