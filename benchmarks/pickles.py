"""Reading and writing pickles against CPython's pickle in C: the values of read_pickle.py and pickle_write.cpp."""

import json
import os
import random
import subprocess
import sys
import tempfile

import read_pickle

ROUNDS = 5


def emit(scenario, case, who, value, unit="s"):
    print(scenario, case, who, repr(float(value)), unit, sep="\t", flush=True)


def reading(program):
    with tempfile.TemporaryDirectory() as folder:
        for name, value in read_pickle.values():
            commands = read_pickle.commands(program, folder, name, value)
            for _ in range(ROUNDS):
                for who in random.sample(list(commands), len(commands)):
                    seconds, kib = map(float, subprocess.check_output(commands[who]).split())
                    emit("pickle_read", name, who, seconds)
                    emit("pickle_memory", name, who, kib * 1024, "B")


def writing(program):
    with tempfile.NamedTemporaryFile(suffix=".json") as output:
        # The repetitions are shuffled: ratio_table.cpp sees to that.
        subprocess.run(
            [program, f"--benchmark_out={output.name}", "--benchmark_out_format=json", "--benchmark_repetitions=5"],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "BENCH_PYTHON": sys.executable},
        )
        with open(output.name) as file:
            runs = json.load(file)["benchmarks"]
    for run in runs:
        if run["run_type"] == "iteration" and not run.get("error_occurred"):
            kind, case = run["run_name"].split("/")[0].split("_", 1)
            factor = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[run["time_unit"]]
            who = {"write": "ours", "dump": "pickle.dump"}[kind]
            emit("pickle_write", case.replace("_", " "), who, run["real_time"] * factor)


if __name__ == "__main__":
    reading(sys.argv[1])
    writing(sys.argv[2])
