"""Who notices which edits of code: the table of python/tests/code_edits.py, for us and for other caches, side by side.

    code_peers.py [-v]     -v: each edit that somebody sees otherwise than he should

The method `Analyzer.value` of the small program there is cached by each, its object aside; the program is run, edited and run again, in
new processes. An edit is noticed if the method runs again. Ours is the fingerprint alone.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
python = os.path.join(os.path.dirname(os.path.dirname(here)), "python")
sys.path.insert(0, os.path.join(python, "tests"))

decorators = {
    "joblib": """
import joblib
def cache_on_disk(function=None, **options):
    if function is None:
        return cache_on_disk
    cached = joblib.Memory(os.environ["PEER_DIRECTORY"], verbose=0).cache(function, ignore=["self"])
    return lambda self: cached(self)
""",
    "cachau": """
import cachau
def cache_on_disk(function=None, **options):
    if function is None:
        return cache_on_disk
    return cachau.cache(persist=os.environ["PEER_DIRECTORY"], ignore=["self"])(function)
""",
    "checkpointer": """
import checkpointer
def cache_on_disk(function=None, **options):
    if function is None:
        return cache_on_disk
    function.__annotations__["self"] = checkpointer.NoHash[object]
    return checkpointer.Checkpointer(directory=os.environ["PEER_DIRECTORY"], verbosity=0)(function)
""",
}


def run_all(root):
    """In a process of its own: by directory, whether the method ran, or the exception."""
    found = {}
    before = set(sys.modules)
    for name in sorted(os.listdir(root)):
        folder = os.path.join(root, name, "program")
        os.environ["PEER_DIRECTORY"] = os.path.join(root, name, "cache")
        sys.path.insert(0, folder)
        os.chdir(folder)  # checkpointer follows what lies below the current directory, as it was when it was imported
        ran = []

        def watch(frame, event, argument, ran=ran):
            if event == "call" and frame.f_code.co_name == "value" and frame.f_code.co_filename.endswith("main.py"):
                ran.append(1)

        try:
            from lab.main import Analyzer

            made = Analyzer(3)
            sys.setprofile(watch)
            made.value()
            sys.setprofile(None)
            found[name] = bool(ran)
        except BaseException as problem:
            sys.setprofile(None)
            found[name] = "ran" if ran else f"{type(problem).__name__}: {problem}"
        sys.path.remove(folder)
        for loaded in set(sys.modules) - before:
            if loaded.startswith("checkpointer") or (getattr(sys.modules[loaded], "__file__", None) or "").startswith(
                root
            ):
                del sys.modules[loaded]
    json.dump(found, sys.stdout)


def in_process(root):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", os.path.abspath(__file__), "--run", root],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout[done.stdout.rindex("{") :])


def apply(edit, folder):
    for file, old, new in ((edit.file, edit.old, edit.new), *edit.more):
        path = os.path.join(folder, "lab", file)
        with open(path) as stream:
            text = stream.read()
        with open(path, "w") as stream:
            stream.write(text.replace(old, new, 1))


def peer(name, edits):
    """For each edit, whether it was noticed; None where the program does not run."""
    with tempfile.TemporaryDirectory() as root:
        for number in range(len(edits)):
            program = os.path.join(root, f"{number:03}", "program")
            shutil.copytree(os.path.join(python, "tests", "edited", "lab"), os.path.join(program, "lab"))
            with open(os.path.join(program, "cache_on_disk.py"), "w") as file:
                file.write("import os\n" + decorators[name])
        first, second = in_process(root), in_process(root)
        if set(first.values()) != {True}:
            raise SystemExit(f"{name}: {set(map(str, first.values()))}")
        always = [n for n, ran in second.items() if ran is not False]
        if always:
            raise SystemExit(f"{name} does not find its value again: {second[always[0]]}")
        for number, edit in enumerate(edits):
            apply(edit, os.path.join(root, f"{number:03}", "program"))
        return [found is not False for _, found in sorted(in_process(root).items())]


def ours(edits):
    from pathlib import Path

    from code_programs import fingerprints, write_program

    with tempfile.TemporaryDirectory() as root:
        write_program(Path(root) / "before")
        for number, edit in enumerate(edits):
            write_program(Path(root) / f"{number:03}")
            apply(edit, os.path.join(root, f"{number:03}"))
        found = fingerprints(root)
        return [found[f"{number:03}"][1] != found["before"][1] for number in range(len(edits))]


def main():
    if sys.argv[1:2] == ["--run"]:
        run_all(sys.argv[2])
        return
    from code_edits import edits

    real = sum(e.noticed for e in edits)
    print(f"{len(edits)} edits: {real} real ones, {len(edits) - real} cosmetic ones")
    for name in ("cache-on-disk", *decorators):
        try:
            noticed = ours(edits) if name == "cache-on-disk" else peer(name, edits)
        except SystemExit as problem:
            print(f"{name}: {problem}")
            continue
        seen = sum(n for n, e in zip(noticed, edits) if e.noticed)
        alarms = sum(n for n, e in zip(noticed, edits) if not e.noticed)
        print(f"{name}: sees {seen} of {real} real edits, alarms at {alarms} of {len(edits) - real} cosmetic ones")
        if "-v" in sys.argv:
            for n, e in zip(noticed, edits):
                if n != e.noticed:
                    print("   ", "misses" if e.noticed else "alarms at", f"{e.name} (rule {e.rule})")


if __name__ == "__main__":
    main()
