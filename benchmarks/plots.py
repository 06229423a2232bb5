"""A picture for each scenario with somebody to compare with: a group of bars a case, logarithmic, the spread as a line."""

import re


def draw(found, output):
    try:
        import matplotlib
    except ImportError:
        return set()
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "cache-on-disk"  # the same samples give the same file
    matplotlib.rcParams["svg.fonttype"] = "none"
    import report
    from matplotlib import pyplot

    drawn = set()
    for scenario, cases in found.items():
        people = list(dict.fromkeys(who for series in cases.values() for who in series))
        if len(people) < 2 or scenario == "binary_size":
            continue
        people.sort(key=lambda who: who != "ours")
        figure, axes = pyplot.subplots(
            figsize=(9, 0.5 + 0.17 * sum(len(s) + 1 for s in cases.values())), layout="constrained"
        )
        colours = {
            who: "C1" if who == "ours" else f"C{(0, 2, 3, 4, 5, 6, 7, 8, 9)[i % 9]}" for i, who in enumerate(people, -1)
        }
        at, ticks, labels, seen = 0, [], [], set()
        unit = next(iter(next(iter(cases.values())).values()))[1]
        for case, series in cases.items():
            begin = at
            for who in people:
                if who not in series or report.median(series[who]) <= 0:
                    continue
                middle, (low, high) = report.median(series[who]), report.spread(series[who])
                label = None if who in seen else who
                seen.add(who)
                error = [[max(middle - low, 0)], [max(high - middle, 0)]]
                axes.barh(at, middle, xerr=error, color=colours[who], label=label, error_kw={"linewidth": 0.8})
                at += 1
            ticks.append((begin + at - 1) / 2)
            labels.append(report.pretty(case))
            at += 1
        axes.set(xscale="log", xlabel={"s": "seconds", "B": "bytes"}.get(unit, unit), title=re.sub("_", " ", scenario))
        axes.set_yticks(ticks, labels)
        axes.invert_yaxis()
        axes.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
        figure.savefig(output / f"{scenario}.svg", metadata={"Date": None, "Creator": None})
        pyplot.close(figure)
        drawn.add(scenario)
    return drawn
