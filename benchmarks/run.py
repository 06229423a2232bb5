"""Runs all benchmarks and writes samples, tables, plots and the page. Called by scripts/bench, with the Python it has set up.

run.py --build BUILD --output DIRECTORY [--quick] [--only REGEX] [--page FILE]
"""

import argparse
import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import build_facts
import report

HERE = pathlib.Path(__file__).resolve().parent
CPP = [
    "memory_hit",
    "memory_lines",
    "caching_off",
    "disk_hit",
    "disk_slice",
    "first_hit",
    "disk_cold",
    "store",
    "set_tag",
    "clear_cache",
    "tag_size",
    "clear_values",
    "crowd_missing",
    "crowd_present",
]
PYTHON = {
    "memory_hits": ["python_memory_hit", "python_caching_off"],
    "disk": ["python_disk_hit", "python_disk_slice", "python_store"],
    "cold": ["python_disk_cold"],
    "objects": ["python_set_tag", "python_clear_cache", "memory_use"],
    "memory": ["memory_use"],
    "processes": ["python_import", "python_crowd_missing", "python_crowd_present"],
    "values": ["python_memory_hit_of_values", "python_store_of_values", "python_writable"],
}
SETTINGS = re.compile(r"/(threads|iterations|repeats|min_time|real_time|manual_time)\b.*$")


def cpp_samples(program, scenario, quick):
    """Of one scenario: its series, repetitions shuffled, in one process."""
    with tempfile.NamedTemporaryFile(suffix=".json") as output:
        words = [program] + ["--quick"] * quick
        words += [f"--benchmark_filter=^{scenario}/", f"--benchmark_out={output.name}", "--benchmark_out_format=json"]
        if quick:
            words += ["--benchmark_repetitions=5", "--benchmark_min_time=0.02"]
        subprocess.run([str(w) for w in words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(output.name) as file:
            found = json.load(file)
    for run in found["benchmarks"]:
        if run["run_type"] == "iteration":
            scenario, case, who = SETTINGS.sub("", run["run_name"]).split("/", 2)
            factor = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[run["time_unit"]]
            yield scenario, case, who, run["real_time"] * factor, "s"


def line_samples(words, **options):
    """Of a program that prints a line for each sample."""
    with subprocess.Popen([str(w) for w in words], stdout=subprocess.PIPE, text=True, **options) as program:
        for line in program.stdout:
            scenario, case, who, value, unit = line.rstrip("\n").split("\t")
            yield scenario, case, who, float(value), unit
    if program.returncode != 0:
        raise subprocess.CalledProcessError(program.returncode, program.args)


def memory_samples(program):
    for _ in range(3):
        with tempfile.TemporaryDirectory(prefix="cache-on-disk-bench") as scratch:
            for what in ("instances", "store", "load"):
                yield from line_samples([program, scratch, what])


def all_samples(build, quick, only):
    """The parts of a run: name and iterable of samples, made when asked for."""
    bench = build / "benchmarks"
    wanted = lambda *names: any(re.search(only, name) for name in names)
    for scenario in CPP:
        if wanted(scenario):
            yield scenario, cpp_samples(bench / "cache_on_disk_bench", scenario, quick)
    for part, scenarios in PYTHON.items():
        if wanted(*scenarios):
            yield (
                f"Python: {part}",
                line_samples([sys.executable, HERE / "python" / "main.py", part] + ["--quick"] * quick),
            )
    if wanted("memory_use"):
        yield "memory", memory_samples(bench / "programs" / "memory_use")
    if wanted("pickle_read", "pickle_memory", "pickle_write"):
        yield (
            "pickle",
            line_samples(
                [
                    sys.executable,
                    HERE / "pickles.py",
                    bench / "programs" / "read_pickle",
                    bench / "cache_on_disk_pickle_write_bench",
                ]
            ),
        )
    if wanted("tool_ls", "tool_verify"):
        yield "tool", line_samples([bench / "cache_on_disk_tool_bench"] + ["--quick"] * quick)
    if wanted("compile"):
        yield "compile time", build_facts.compile_times(HERE.parent, build, 3 if quick else 7)
    if wanted("binary_size"):
        yield "sizes", build_facts.sizes(build)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True, help="directory for samples.csv and the plots")
    parser.add_argument("--page", type=pathlib.Path, help="the page to write")
    parser.add_argument(
        "--quick", action="store_true", help="minutes instead of the whole: small sizes, few repetitions"
    )
    parser.add_argument("--only", default="", help="scenarios whose names match this regular expression")
    parser.add_argument(
        "--again", action="store_true", help="measure nothing: table and page from the samples that are there"
    )
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    samples_file, failed = options.output / "samples.csv", []
    if not options.again:
        with open(samples_file, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["scenario", "case", "who", "value", "unit"])
            for name, samples in all_samples(options.build, options.quick, options.only):
                begin = time.monotonic()
                print(f"bench: {name} ...", end="", flush=True, file=sys.stderr)
                try:
                    for *words, value, unit in samples:
                        writer.writerow([*words, f"{value:.6g}", unit])
                except (OSError, ValueError, KeyError, ImportError, subprocess.CalledProcessError) as error:
                    failed.append(name)  # the others are still worth having
                    print(f" FAILED: {error}", end="", file=sys.stderr)
                file.flush()
                print(f" {time.monotonic() - begin:.0f} s", file=sys.stderr)
        build_facts.write_machine(options.output / "machine.json", os.environ.get("TMPDIR", "/tmp"))
    report.write(samples_file, options.output, options.page)
    if failed:
        print(f"bench: incomplete, failed: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
