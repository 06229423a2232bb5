"""``python -m cache_on_disk.arte program.py ...``: runs a program as Python itself would."""

from __future__ import annotations

import os
import runpy
import sys

_usage = """usage: python -m cache_on_disk.arte program.py [arguments ...]
       python -m cache_on_disk.arte -m module [arguments ...]
       python -m cache_on_disk.arte -c statements [arguments ...]
Runs a Python program with cache_on_disk in the place of arte.dataelab.cache_on_disk."""


def run() -> None:
    """Run the program, module or statements of the command line, with the remaining words as arguments."""
    words = sys.argv[1:]
    if words[:1] in (["-h"], ["--help"]):
        print(_usage)
        raise SystemExit(0)
    if words in ([], ["-m"], ["-c"]):
        print(_usage, file=sys.stderr)
        raise SystemExit(2)
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    elif words[0] == "-c":
        sys.argv = ["-c", *words[2:]]
        sys.path.insert(0, "") if "" not in sys.path and os.getcwd() not in sys.path else None
        main = _fresh_main()
        exec(compile(words[1], "<string>", "exec"), main)
    elif words[0].startswith("-"):
        print(f"cache_on_disk.arte: unknown option {words[0]}\n{_usage}", file=sys.stderr)
        raise SystemExit(2)
    else:
        program = words[0]
        if not os.path.exists(program):
            print(f"cache_on_disk.arte: there is no program {program}", file=sys.stderr)
            raise SystemExit(2)
        sys.argv = words
        # As Python does: modules beside the program are found, those of the working directory are not.
        sys.path[0] = os.path.dirname(os.path.realpath(program))
        _run_file(program)


def _fresh_main() -> dict[str, object]:
    """The namespace of a new module ``__main__``, put in the place of this one."""
    import types

    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = module
    return module.__dict__


def _run_file(program: str) -> None:
    if os.path.isdir(program) or program.endswith((".zip", ".pyz")):
        runpy.run_path(program, run_name="__main__")
        return
    # Not by runpy, whose module is gone when the program ends: exit handlers need it, and pickles find classes in it.
    import io

    with io.open_code(os.path.abspath(program)) as file:
        code = compile(file.read(), program, "exec")
    main = _fresh_main()
    main["__file__"] = program
    main["__spec__"] = None
    main["__loader__"] = None
    exec(code, main)
