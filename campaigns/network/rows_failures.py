"""Rows: processes are killed, clients vanish, servers stop, come back, or cannot be reached."""

import random
import time

from setting import judge, now, row


def all_read(setting, report, tag, keys=6):
    """After a row of random calls: both clients read everything, and all is right."""
    judge(
        report,
        *[setting.do(client, "storm", tag, seconds=3, keys=keys, changes=0, seed=77 + client) for client in (0, 1)],
    )


def storm_while_away(setting, report, tag, stop, start, seconds):
    """Random calls of both clients, during which something is stopped and started again that many seconds later: the processes."""
    stormy = [setting.start(client, "storm", tag, seconds=10, seed=client + 1) for client in (0, 1)]
    time.sleep(2 + setting.pace)
    stop()
    time.sleep(seconds)
    start()
    stormy = [process.end(150) for process in stormy]
    report.must_be_some("calls", sum(event.number("calls") for process in stormy for event in process.events))
    report.figure(
        "slowest call, ms",
        max((event.number("slowest") for process in stormy for event in process.events), default=None),
    )
    return stormy


@row()
def kill_storm(setting, report):
    """Processes of both clients that call, replace and clear are killed at random moments, beside two that must get on."""
    seconds, tag, dice = 15 + 5 * setting.pace, setting.fresh_tag("storm"), random.Random(5)
    staying = [setting.start(client, "storm", tag, seconds=seconds, seed=1000 + client) for client in (0, 1)]
    victims, kills, ended_early = [], 0, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        while len(victims) < 2:
            kills += 1
            victims.append(setting.start(kills % 2, "storm", tag, seconds=600, seed=kills))
        time.sleep(dice.uniform(0.3, 1.2) * max(0.5, setting.pace))
        victim = victims.pop(dice.randrange(len(victims)))
        ended_early += victim.process.poll() is not None
        victim.kill()
    for victim in victims:
        victim.kill()
    staying = [process.end() for process in staying]
    report.must_be_some("kills", kills)
    report.must_be_none("victims that ended by themselves", ended_early)
    report.must_be_some("calls", sum(event.number("calls") for process in staying for event in process.events))
    report.must_be_none("wrong values meanwhile", sum(process.wrong() for process in staying))
    report.must_be_none("failed or stuck meanwhile", sum(process.failed() for process in staying))
    all_read(setting, report, tag)


@row("cut", "locks")
def holder_vanishes(setting, report):
    """The client that computes is cut off. A waiter with max_wait computes then; one without, when the server gives up that
    client, where it does."""
    tags = setting.fresh_tag("vanish"), setting.fresh_tag("vanish")
    holders = [setting.start(0, "call", tag, takes=600_000) for tag in tags]
    for holder in holders:
        holder.event("computing")
    patient = setting.start(1, "call", tags[0])
    bounded = setting.start(1, "call", tags[1], max_wait=3000)
    time.sleep(0.5 + setting.pace)
    begin = now()
    setting.cut(0)
    after = {}
    for name, process, seconds in ("with max_wait of 3 s", bounded, 30), ("without", patient, 3 * setting.lease + 20):
        if name == "without" and not setting.frees_locks_of_the_vanished:
            patient.kill()
            continue
        called = process.event("called", seconds)
        after[name] = round(called.time - begin) if called else None
    for holder in holders:
        holder.process.kill()
    setting.heal(0)
    for holder in holders:
        holder.process.wait(60)
    report.must_not_exceed(
        "waiter with max_wait of 3 s has a value after ms", after["with max_wait of 3 s"], 5000 + 3000 * setting.pace
    )
    if "without" in after:
        report.must_not_exceed("waiter without it after ms", after["without"], 1000 * (3 * setting.lease + 20))
    setting.mend()
    back = setting.do(0, "call", setting.fresh_tag("back"))
    judge(report, bounded.end(), back, quiet=False)


@row("cut", "locks", "long")
def vanished_holder_stores(setting, report):
    """A client is cut off for longer than the server waits for it, comes back and stores; the other has computed meanwhile."""
    tag = setting.fresh_tag("late")
    words = {"length": 300_000, "array": 1}
    holder = setting.start(0, "call", tag, takes=(setting.lease + 8) * 1000, **words)
    holder.event("computing")
    waiter = setting.start(1, "call", tag, **words)
    time.sleep(setting.pace)
    setting.cut(0)
    time.sleep(setting.lease + 4)
    setting.heal(0)
    holder.end(150), waiter.end(60)
    readers = [setting.do(client, "call", tag, **words) for client in (1, 0)]
    report.figure("computed", holder.computed() + waiter.computed())
    report.must_be_none("computed later", sum(process.computed() for process in readers))
    judge(report, holder, waiter, *readers, quiet=False)


@row("restart")
def server_restarts(setting, report):
    """The server is away for two seconds while one client computes and the other waits; and for three under random calls."""
    tag = setting.fresh_tag("restart")
    holder = setting.start(0, "call", tag, takes=5000)
    holder.event("computing")
    waiter = setting.start(1, "call", tag)
    time.sleep(1)
    setting.stop_server()
    time.sleep(2)
    setting.start_server()
    both = [holder.end(150), waiter.end(150)]
    twice = int(holder.computed() + waiter.computed() > 1)
    if setting.keeps_locks_over_a_restart:
        report.must_be_none("computed more than once", twice)
    else:
        report.figure("computed more than once, as locks end with the server", twice)
    tag = setting.fresh_tag("restart")
    stormy = storm_while_away(setting, report, tag, setting.stop_server, setting.start_server, 3)
    judge(report, *both, *stormy, quiet=False)


@row("store")
def object_store_dies(setting, report):
    """What keeps the files' content is killed under random calls, and comes back after four seconds."""
    tag = setting.fresh_tag("store")
    stormy = storm_while_away(setting, report, tag, setting.stop_store, setting.start_store, 4)
    report.must_be_none("wrong values meanwhile", sum(process.wrong() for process in stormy))
    report.must_be_none("failed or stuck meanwhile", sum(process.failed() for process in stormy))
    all_read(setting, report, tag)


@row("cut")
def server_unreachable(setting, report):
    """The server cannot be reached for six seconds: a hit and a store end after that, with the right value."""
    tag = setting.fresh_tag("away")
    setting.do(0, "call", tag)
    go = setting.signal(tag)
    both = [setting.start(0, "call", tag, go=go), setting.start(0, "call", setting.fresh_tag("away"), go=go)]
    time.sleep(1 + 2 * setting.pace)
    setting.cut(0)
    setting.give(go)
    time.sleep(6)
    setting.heal(0)
    both = [process.end(150) for process in both]
    report.figure("slowest, ms", max((process.took() or 0) for process in both))
    report.must_be_none("a stored value computed", both[0].computed())
    judge(report, *both, quiet=False)


@row("cut")
def unreachable_with_max_wait(setting, report):
    """The server cannot be reached at all, and max_wait is two seconds: the caller has a value all the same."""
    tag = setting.fresh_tag("bounded")
    setting.do(0, "call", tag)
    go = setting.signal(tag)
    asking = setting.start(0, "call", tag, go=go, max_wait=2000)
    time.sleep(1 + 2 * setting.pace)
    setting.cut(0)
    begin = now()
    setting.give(go)
    called = asking.event("called", 30)
    setting.heal(0)
    report.must_not_exceed(
        "has a value after ms", round(called.time - begin) if called else None, 5000 + 3000 * setting.pace
    )
    judge(report, asking.end(150), quiet=False)


@row("exports")
def another_export(setting, report):
    """The server comes back with another directory under the same name: what a client has open there is stale."""
    tag = setting.fresh_tag("export")
    asking = setting.start(1, "call", tag, times=4, pause=int(3000 + 2000 * setting.pace))
    asking.event("called")
    setting.exchange_export()
    asking.end(150)
    after = setting.do(1, "call", tag)
    report.must_be_some("calls", len(asking.all("called")))
    report.must_be_none("computed though stored", after.computed())
    judge(report, asking, after, quiet=False)
