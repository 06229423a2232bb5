"""Rows: what a store and a hit cost on the wire, by the client's own counters, and how long they take."""

import time

from setting import judge, row

stores_at_most, first_hits_at_most = 20, 6
count = 20


def counted(setting, client, process, go):
    """The operations that a process causes after `go`, while its directory is open already."""
    before = setting.operations(client)
    setting.give(go)
    process.end()
    after = setting.operations(client)
    return {name: number - before.get(name, 0) for name, number in after.items() if number != before.get(name, 0)}


def members(setting, client, tag, what):
    go = setting.signal(f"{tag}-{what}")
    process = setting.start(client, "members", tag, count=count, look=1, go=go)
    process.event("looked")
    time.sleep(0.3)
    return process, counted(setting, client, process, go)


@row("counters")
def operations(setting, report):
    """Small stores by one client, and the first hits of a process on each. OPEN and CLOSE of an entry's file are what a hit takes
    in any case."""
    tag = setting.fresh_tag("cost")
    stores, stored = members(setting, 0, tag, "store")
    others, read = members(setting, 1, tag, "other")
    own, again = members(setting, 0, tag, "own")
    opening = ("OPEN", "OPEN_NOATTR", "CLOSE", "LOOKUP", "ACCESS")
    report.must_not_exceed("operations per store", round(sum(stored.values()) / count, 1), stores_at_most)
    for name, operations_of in ("first hit, stored by the other", read), ("first hit, stored here", again):
        beyond = sum(number for operation, number in operations_of.items() if operation not in opening)
        report.must_not_exceed(f"operations beyond opening per {name}", round(beyond / count, 1), first_hits_at_most)
    report.must_be_none("computed though stored", others.computed() + own.computed())
    print("    stores:", *(f"{name} {number}" for name, number in sorted(stored.items(), key=lambda item: -item[1])))
    print("    first hits, of the other:", read, "here:", again, flush=True)
    judge(report, stores, others, own)


@row()
def times(setting, report):
    """Medians in microseconds; in a guest without KVM they say something only of each other."""
    for length, number in (128, 20), (1_000_000, 3):
        tag = setting.fresh_tag("times")
        store = setting.do(0, "members", tag, length=length, count=number)
        hit = setting.do(1, "members", tag, length=length, count=number)
        size = "1 KiB" if length == 128 else "8 MB"
        for name, process in ("store", store), ("first hit", hit):
            report.figure(f"{name} of {size}, us", process.event("stormed", 1).number("median"))
        judge(report, store, hit)
