"""From samples to tables: medians with their spread, ratios to ours, goals; the page and its plots."""

import collections
import csv
import json
import pathlib
import re
import statistics

import goals

HERE = pathlib.Path(__file__).resolve().parent


def read(path):
    """scenario -> case -> who -> (samples, unit), in the order they came."""
    found = collections.defaultdict(lambda: collections.defaultdict(dict))
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            samples, _ = found[row["scenario"]][row["case"]].setdefault(row["who"], ([], row["unit"]))
            samples.append(float(row["value"]))
    # Cases by size, whoever came first in the shuffle.
    return {scenario: dict(sorted(cases.items(), key=lambda item: order(item[0]))) for scenario, cases in found.items()}


def order(case):
    """A key to sort cases by: words, and numbers by their value, sizes in bytes."""
    units = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
    parts = re.findall(r"\d+(?: (?:B|KiB|MiB|GiB)\b)?|\D+", case)
    key = []
    for part in parts:
        number, _, unit = part.partition(" ")
        key.append((0, int(number) * units.get(unit, 1), "") if number.isdigit() else (1, 0, part))
    return key


# Of fewer samples there is no spread to speak of.
FEW = 5


def median(series):
    return statistics.median(series[0])


def spread(series):
    """The middle half of the samples."""
    ordered = sorted(series[0])
    n = len(ordered)
    return ordered[n // 4], ordered[(3 * n - 1) // 4] if n > 1 else ordered[0]


def text(value, unit):
    if unit == "B":
        for factor, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
            if abs(value) >= factor:
                return f"{value / factor:.3g} {name}"
        return f"{value:.0f} B"
    for factor, name in ((1e9, "ns"), (1e6, "µs"), (1e3, "ms")):
        if abs(value) * factor < 999.5:
            return f"{value * factor:.3g} {name}"
    return f"{value:.3g} s"


def with_spread(series):
    if len(series[0]) < FEW:  # a middle half of so few would be all of them
        return f"{text(median(series), series[1])} (n = {len(series[0])})"
    low, high = (text(v, series[1]) for v in spread(series))
    middle = text(median(series), series[1])
    if low == high == middle:
        return middle
    # One unit for all three, where they share it.
    if low.split()[1] == high.split()[1] == middle.split()[1]:
        low, high = low.split()[0], high.split()[0]
    return f"{middle} ({low} – {high})"


def pick(found, key):
    return found.get(key[0], {}).get(key[1], {}).get(key[2])


REACHED, MISSED, HIDDEN = "reached", "**not reached**", "**not shown**: spread"


def verdict(best, middle, worst, limit):
    """Of a value and what it would be between favourable and unfavourable quartiles."""
    if best <= limit < worst:
        return HIDDEN
    return REACHED if middle <= limit else MISSED


def goal_rows(found):
    """(text, measured, goal, verdict)"""
    for what, ours, theirs, limit in goals.RATIOS:
        mine, other = pick(found, ours), pick(found, theirs)
        if mine and other:
            factor = ours[3] if len(ours) > 3 else 1
            (low, high), (their_low, their_high) = spread(mine), spread(other)
            ratios = [factor * a / b for a, b in ((low, their_high), (median(mine), median(other)), (high, their_low))]
            yield pretty(what), f"{ratios[1]:.2f}", f"≤ {limit:.3g}", verdict(*ratios, limit)
    for what, ours, limit in goals.ABSOLUTE:
        if mine := pick(found, ours):
            low, high = spread(mine)
            yield (
                what,
                text(median(mine), mine[1]),
                f"≤ {text(limit, mine[1])}",
                verdict(low, median(mine), high, limit),
            )


def behind(found):
    """Peers that are ahead of us, beyond the middle halves of both: (scenario, case, who, how many times)."""
    for scenario, cases in found.items():
        for case, series in cases.items():
            mine = series.get("ours")
            for who, other in series.items():
                if mine and who != "ours" and who not in goals.NOT_PEERS and spread(mine)[0] > spread(other)[1] > 0:
                    yield scenario, case, who, median(mine) / median(other)


def times_text(ratio):
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:,.0f}"


def table(cases):
    """One row a case, one column for whoever was measured there."""
    people = list(dict.fromkeys(who for series in cases.values() for who in series))
    people.sort(key=lambda who: who != "ours")
    lines = ["| | " + " | ".join(people) + " |", "|---" * (len(people) + 1) + "|"]
    for case, series in cases.items():
        cells = []
        for who in people:
            if who not in series:
                cells.append("–")
                continue
            cell = with_spread(series[who])
            if who != "ours" and "ours" in series and median(series["ours"]) > 0:
                cell += f"; {times_text(median(series[who]) / median(series['ours']))}x"
            cells.append(cell)
        lines.append(f"| {case} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def pretty(case):
    case = re.sub(
        r"\b1 (instances|threads|objects|values|processes)\b",
        lambda m: "1 " + m[1].replace("processes", "process").rstrip("s") if m[1] != "processes" else "1 process",
        case,
    )
    return re.sub(r"\d{4,}", lambda m: f"{int(m[0]):,}", case)


def console(found):
    for scenario, cases in found.items():
        print(f"\n{scenario}")
        for case, series in cases.items():
            for who, one in series.items():
                note = ""
                if who != "ours" and "ours" in series and median(series["ours"]):
                    note = f"{median(one) / median(series['ours']):8.2f} x ours"
                print(f"  {pretty(case):<48} {who:<26} {with_spread(one):>34}{note}")
    print("\ngoals")
    for what, measured, goal, outcome in goal_rows(found):
        print(
            f"  {what:<78} {measured:>9}  {goal:<10}{'' if outcome == REACHED else ' ' + outcome.replace('*', '').upper()}"
        )
    for scenario, case, who, times in behind(found):
        print(f"  ahead of us: {who}, {scenario}, {pretty(case)}: {times:.2f} times")


def page(found, output, target, pictures):
    template = (HERE / "performance.md.in").read_text()
    facts = json.loads((output / "machine.json").read_text())
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    machine = (
        f"{facts['processor']}, {facts['cores']} cores ({facts['virtual']}), {facts['memory']} of memory; {facts['system']}, Linux "
        f"{facts['kernel']}, {facts['file system']}; {facts['compiler']}; CPython {facts['python']}; load when it ended {facts['load']}; "
        f"{facts['date']}. {versions}."
    )
    goal_lines = ["| goal | measured | was to be | |", "|---|---|---|---|"]
    goal_lines += [
        f"| {what} | {measured} | {goal} | {outcome} |" for what, measured, goal, outcome in goal_rows(found)
    ]
    cases_ahead = collections.defaultdict(list)
    for scenario, case, who, times in behind(found):
        cases_ahead[scenario, who].append(f"{pretty(case)} ({times_text(times)})")
    ahead = [f"- `{scenario}`: {who}: " + "; ".join(cases) for (scenario, who), cases in cases_ahead.items()]

    def scenario_block(match):
        name = match[1]
        if name not in found:
            return "Not measured in this run."
        cases = {pretty(case): series for case, series in found[name].items()}
        picture = f"\n\n![{name}]({output.name}/{name}.svg)" if name in pictures else ""
        return table(cases) + picture

    machine += facts.get("note", "")  # for samples put together by hand
    parts = {
        "machine": machine,
        "goals": "\n".join(goal_lines),
        "ahead": "\n".join(ahead) or "Nobody.",
        "csv": f"{output.name}/samples.csv",
    }
    result = re.sub(r"\{\{scenario:(\w+)\}\}", scenario_block, template)
    result = re.sub(r"\{\{(machine|goals|ahead|csv)\}\}", lambda m: parts[m[1]], result)
    target.write_text(result)


def write(samples_file, output, target):
    found = read(samples_file)
    console(found)
    import plots

    pictures = plots.draw(found, output)
    if target:
        page(found, output, target, pictures)
        print(f"\nbench: wrote {target}")
