"""Processes and threads that are released at once on the same missing entry: it is computed once."""

import tempfile
import threading
import time

from common import Counters, fork, running, specimen, tagged, wait

processes = threads = 64


def release_processes(directory, method, counters):
    def slowly():
        counters.add("computed")
        time.sleep(0.003)

    def body():
        subject = tagged(directory, "processes", slowly)
        counters.add("arrived")
        while not counters.get("moment"):
            time.sleep(0.0005)
        if not subject.is_right(method):
            counters.add("wrong")

    children = [fork(body, counters, place + 1) for place in range(processes)]
    while counters.get("arrived") < processes:
        time.sleep(0.001)
    counters.add("moment")
    return sum(wait(child) != 0 for child in children)


def release_threads(directory, method, counters):
    barrier, lock = threading.Barrier(threads), threading.Lock()

    def slowly():
        with lock:
            counters.add("computed")
        time.sleep(0.003)

    def body():
        subject = tagged(directory, "threads", slowly)
        barrier.wait()
        if not subject.is_right(method):
            with lock:
                counters.add("wrong")

    crowd = [threading.Thread(target=body) for _ in range(threads)]
    [thread.start() for thread in crowd], [thread.join() for thread in crowd]
    return 0


def run(plan, random, report):
    crowds = wrong = twice = failed = 0
    for _ in running(plan):
        with tempfile.TemporaryDirectory() as directory:
            method = random.choice(specimen.methods)
            for release in release_processes, release_threads:
                counters = Counters()
                failed += release(directory, method, counters)
                crowds += 1
                wrong += counters.get("wrong")
                twice += counters.get("computed") != 1
    report.must_be_some("crowds", crowds)
    report.must_be_none("wrong values", wrong)
    report.must_be_none("failed callers", failed)
    report.must_be_none("computed more than once", twice)
