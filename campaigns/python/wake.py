"""How soon a waiter takes over when the process that computes is killed, also one that had forked a child that lives on."""

import os
import tempfile
import time

from common import Counters, fork, kill, running, tagged, wait


def round_trip(with_child):
    """Seconds from death to takeover."""
    counters = Counters()

    def hold():
        if with_child and os.fork() == 0:
            time.sleep(2)
            os._exit(0)
        counters.add("arrived")
        time.sleep(60)

    def take_over():
        counters.add("moment", time.monotonic_ns())

    with tempfile.TemporaryDirectory() as directory:
        holder = fork(lambda: tagged(directory, "night", hold).text(), counters, 1)
        while not counters.get("arrived"):
            time.sleep(0.001)
        waiter = fork(lambda: tagged(directory, "night", take_over).text(), counters, 2)
        time.sleep(0.05)  # until it waits
        death = time.monotonic_ns()
        kill(holder)
        code = wait(waiter)
    moment = counters.get("moment")
    return (moment - death) / 1e9 if code == 0 and moment else None


def run(plan, random, report):
    taken, stuck = [], 0
    for _ in running(plan):
        seconds = round_trip(len(taken) % 2 == 1)
        if seconds is None:
            stuck += 1
        else:
            taken.append(seconds)
    taken.sort()
    report.must_be_some("deaths", len(taken))
    report.must_be_none("stuck callers", stuck)
    if taken:
        late = taken[len(taken) * 99 // 100]
        report.figure("median us", int(taken[len(taken) // 2] * 1e6))
        report.figure("99th percentile us", int(late * 1e6))
        if plan.timed:
            report.must_be_none("99th percentile beyond 50 ms", int(late > 0.05))
