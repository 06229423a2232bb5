"""Mixed load over thousands of tags: objects, memory, descriptors and mappings stay flat."""

import gc
import os
import tempfile
import time

from common import specimen, tagged

import cache_on_disk as cod

fewest_samples = 8  # however slow the machine: their quarters are compared
samples = 40
small = [method for method in specimen.methods if method[0] != "array" or method[1][0] < 5]


def held(directory):
    gc.collect()
    with open("/proc/self/statm") as statm:
        resident = int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    with open("/proc/self/maps") as maps:
        mappings = sum(directory in line for line in maps)
    return {
        "descriptors": len(os.listdir("/proc/self/fd")),
        "mappings": mappings,
        "objects": len(gc.get_objects()),
        "resident": resident,
    }


def live(directory, tags, random):
    number = random.randrange(tags)
    subject = tagged(directory, f"night{number}")
    wrong = sum(
        not subject.is_right(method) for method in random.choices(specimen.methods if number % 16 == 0 else small, k=4)
    )
    what = random.randrange(16)
    if what == 0:
        cod.clear_cache(subject)
    elif what == 1:
        cod.refresh(subject)
    elif what == 2:
        str(cod.explain(subject)), str(cod.statistics(subject))
    elif what == 3:
        cod.set_tag(subject, f"night{(number + 1) % tags}-again")
        wrong += not subject.is_right(("text", ()))
    elif what == 4:
        subject.myself = subject  # a cycle, for the collector
    return wrong


def run(plan, random, report):
    tags = 4000 if plan.seconds > 300 else 500 if plan.seconds > 30 else 50
    all_held, calls, wrong = [], 0, 0
    with tempfile.TemporaryDirectory() as directory:
        for _ in range(3 * tags):  # what is made once, for each tag and each thing done, is no growth
            live(directory, tags, random)
        end = time.monotonic() + plan.seconds
        while time.monotonic() < end or len(all_held) < fewest_samples:
            next_sample = time.monotonic() + plan.seconds / samples
            while time.monotonic() < next_sample:
                wrong += live(directory, tags, random)
                calls += 4
            time.sleep(min(0.6, plan.seconds / samples / 10))  # the background thread ends when it is idle
            all_held.append(held(directory))

    def growth(name):
        def median(values):
            return sorted(values)[len(values) // 2]

        quarter = len(all_held) // 4
        return max(
            0,
            median([held[name] for held in all_held[-quarter:]])
            - median([held[name] for held in all_held[quarter : 2 * quarter]]),
        )

    report.figure("tags", tags)
    report.must_be_some("calls", calls)
    report.must_be_none("wrong values", wrong)
    report.figure("samples", len(all_held))
    report.must_be_none("descriptors grown", growth("descriptors"))
    report.must_be_none("mappings grown", growth("mappings"))
    report.figure("objects grown", growth("objects"))
    report.must_be_none("objects grown beyond 100", int(growth("objects") > 100))
    report.figure("resident memory grown KiB", growth("resident") // 1024)
    report.must_be_none("resident memory beyond 16 MiB", int(growth("resident") > 16 << 20))
