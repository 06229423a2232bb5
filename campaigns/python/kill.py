"""Writers and readers that are killed at any moment. Nobody gets a wrong value, an error or an endless wait."""

import os
import tempfile
import time

from common import Counters, counting_failures, fork, kill, running, specimen, tagged, temporary_files

import cache_on_disk as cod

workers, tags = 6, 8


def work(directory, random, counters):
    while True:
        with counting_failures(counters):
            subject = tagged(directory, f"night{random.randrange(tags)}", lambda: counters.add("computed"))
            if random.randrange(8) == 0:
                cod.refresh(subject)
            for method in random.choices(specimen.methods, k=4):
                if not subject.is_right(method):
                    counters.add("wrong")
                counters.add("calls")
            if random.randrange(8) == 0:
                cod.clear_cache(subject)


def run(plan, random, report):
    counters, kills, children = Counters(), 0, {}
    with tempfile.TemporaryDirectory() as directory:
        for _ in running(plan):
            place = random.randrange(workers)
            if place in children:
                kill(children.pop(place))
                kills += 1
            random.seed(random.random())  # the child goes on with other numbers than its sisters
            children[place] = fork(lambda: work(directory, random, counters), counters, place + 1)
            time.sleep(random.random() * 0.016)
        for child in children.values():
            kill(child)
        heirs_begin = time.monotonic()
        for tag in range(tags):
            subject = tagged(directory, f"night{tag}")
            for method in specimen.methods:
                if not subject.is_right(method):
                    counters.add("wrong")
        late = time.monotonic() - heirs_begin > 30
        orphans = temporary_files(directory)
        for file in orphans:  # as if they had been left an hour ago
            os.utime(file, (time.time() - 3600,) * 2)
        for tag in range(tags):  # a store sweeps: of a process that has not swept here yet

            def store(tag=tag):
                subject = tagged(directory, f"night{tag}")
                cod.clear_cache(subject)
                for method in specimen.methods:
                    subject.is_right(method)

            os.waitpid(fork(store), 0)
        unswept = temporary_files(directory)
    report.must_be_some("kills", kills)
    report.must_be_some("calls", counters.get("calls"))
    report.must_be_some("computed", counters.get("computed"))
    report.must_be_none("wrong values", counters.get("wrong"))
    report.must_be_none("failed calls", counters.get("failed"))
    report.must_be_none("stuck callers", int(late))
    report.figure("temporary files left", len(orphans))
    report.must_be_none("not swept", len(unswept))
