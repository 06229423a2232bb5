"""Threads that call the same objects while others tag them anew, clear, refresh, copy and destroy them."""

import contextlib
import copy
import sys
import tempfile
import threading
import traceback

from common import running, specimen

import cache_on_disk as cod

tags, objects, threads = 3, 4, 8


class Named(specimen):
    """A specimen whose values do not depend on the tag: it changes under running calls."""

    def __init__(self):
        super().__init__("any")


def run(plan, random, report):
    counts = {"calls": 0, "changes": 0, "wrong": 0, "failed": 0}
    lock, over = threading.Lock(), threading.Event()
    sys.setswitchinterval(1e-4)

    def count(name):
        with lock:
            counts[name] += 1

    with tempfile.TemporaryDirectory() as directory:

        def fresh():
            made = Named()
            cod.set_tmpdir(made, directory)
            cod.set_tag(made, f"night{random.randrange(tags)}")
            return made

        shared = [fresh() for _ in range(objects)]

        def call():
            while not over.is_set():
                subject = random.choice(shared)
                if not subject.is_right(random.choice(specimen.methods)):
                    count("wrong")
                count("calls")

        def change():
            while not over.is_set():
                place = random.randrange(objects)
                subject = shared[place]
                what = random.randrange(8)
                if what == 0:
                    cod.clear_cache(subject)
                elif what == 1:
                    cod.refresh(subject)
                elif what == 2:
                    shared[place] = fresh()  # the last reference to the old one goes with the last call on it
                elif what == 3:
                    shared[place] = copy.copy(subject)  # without a tag and a directory
                elif what == 4:
                    cod.explain(subject), cod.statistics(subject)
                elif what == 5:
                    cod.set_tag(subject, None)
                elif what == 6:
                    with contextlib.suppress(cod.TagNotSetException):  # another thread has just taken the tag away
                        cod.put(subject.text, f"the text of any, {Named().number()}")
                if what != 3:
                    cod.set_tag(shared[place], f"night{random.randrange(tags)}")
                count("changes")

        def guarded(body):
            try:
                body()
            except BaseException:
                traceback.print_exc()
                count("failed")

        crew = [threading.Thread(target=guarded, args=(body,)) for body in [call] * (threads - 2) + [change] * 2]
        [thread.start() for thread in crew]
        for _ in running(plan):
            over.wait(0.05)
        over.set()
        for thread in crew:
            thread.join(60)
        stuck = sum(thread.is_alive() for thread in crew)
    report.must_be_some("calls", counts["calls"])
    report.must_be_some("changes", counts["changes"])
    report.must_be_none("wrong values", counts["wrong"])
    report.must_be_none("failed threads", counts["failed"])
    report.must_be_none("stuck threads", stuck)
