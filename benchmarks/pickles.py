"""Reading and writing pickles against CPython's pickle, the one written in C: the values of read_pickle.py and pickle_write.cpp."""
import json
import os
import pickle
import subprocess
import sys
import tempfile

import read_pickle

ROUNDS = 5


def emit(scenario, case, who, value, unit="s"):
    print(scenario, case, who, repr(float(value)), unit, sep="\t", flush=True)


def reading(program):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "value.pickle")
        for name, value in read_pickle.values():
            with open(path, "wb") as file:
                pickle.dump(value, file, 4)
            imports = "import numpy\n" if "array" in name else ""
            for _ in range(ROUNDS):
                ours = subprocess.check_output([program, path, "1"]).split()
                theirs = subprocess.check_output([sys.executable, "-c", imports + read_pickle.MEASURE, path, "1"]).split()
                for who, words in (("ours", ours), ("pickle.loads", theirs)):
                    emit("pickle_read", name, who, words[0])
                    emit("pickle_memory", name, who, float(words[1]) * 1024, "B")


def writing(program):
    with tempfile.NamedTemporaryFile(suffix=".json") as output:
        subprocess.run([program, f"--benchmark_out={output.name}", "--benchmark_out_format=json", "--benchmark_repetitions=5"], check=True,
                       stdout=subprocess.DEVNULL)
        with open(output.name) as file:
            runs = json.load(file)["benchmarks"]
    for run in runs:
        if run["run_type"] == "iteration" and not run.get("error_occurred"):
            kind, case = run["run_name"].split("/")[0].split("_", 1)
            factor = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[run["time_unit"]]
            emit("pickle_write", case.replace("_", " "), {"write": "ours", "dumps": "pickle.dumps"}[kind], run["real_time"] * factor)


if __name__ == "__main__":
    reading(sys.argv[1])
    writing(sys.argv[2])
