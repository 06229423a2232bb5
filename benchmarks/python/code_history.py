"""How often the fingerprint of code alarms, and whether it misses edits: over the commits of a repository, or over releases.

    code_history.py REPOSITORY FOLDER PACKAGE [--last N] [--stub MODULE ...]   the commits of git that touch FOLDER, in which PACKAGE lies
    code_history.py --wheels PACKAGE FILE.whl FILE.whl ...                     releases, in order

Each state is imported in a process of its own, and every method and function that the package defines is fingerprinted as if it were
cached. Printed for each step: how many there are, how many have another fingerprint than before (alarms), for how many of these the
text of the function itself changed, and the misses: functions whose text changed, comments, docstrings, annotations and names of
local variables aside, while the fingerprint did not. --stub: modules that are replaced by ones that have everything.
"""

import argparse
import ast
import hashlib
import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tarfile
import tempfile
import types
import zipfile

here = os.path.dirname(os.path.abspath(__file__))
room = os.path.join(os.path.dirname(os.path.dirname(here)), "python", "cache_on_disk")


class Anything(types.ModuleType):
    """A module that has every name: a class for each."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {"__module__": self.__name__, "__init__": lambda *a, **k: None})
        setattr(self, name, made)
        return made


def definitions(package):
    """All functions and methods that the modules of a package define, as (class or None, function)."""
    top = importlib.import_module(package)
    names = [package] + [m.name for m in pkgutil.walk_packages(getattr(top, "__path__", []), package + ".")]
    for name in names:
        try:
            module = importlib.import_module(name)
        except BaseException:
            continue
        for value in list(vars(module).values()):
            if isinstance(value, types.FunctionType) and value.__module__ == name:
                yield None, value
            elif isinstance(value, type) and value.__module__ == name:
                for member in list(vars(value).values()):
                    function = getattr(member, "__func__", None) or getattr(member, "fget", None) or member
                    if isinstance(function, types.FunctionType):
                        yield value, function


class Plain(ast.NodeTransformer):
    """Takes away what says nothing. Written apart from the fingerprint, which it checks."""

    def generic_visit(self, node):
        super().generic_visit(node)
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                setattr(node, field, [s for s in block if not _says_nothing(s)])
        for field in ("annotation", "returns", "type_comment"):
            if hasattr(node, field) and not isinstance(node, ast.AnnAssign):
                setattr(node, field, None)
        if hasattr(node, "type_params"):
            node.type_params = []
        return node

    def visit_AnnAssign(self, node):
        self.generic_visit(node)
        if node.value is None:
            return ast.Pass()
        return ast.copy_location(ast.Assign([node.target], node.value), node)


def _says_nothing(statement):
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def texts_of(path, known):
    """By line, the hash of each function of a file."""
    if path not in known:
        with open(path, "rb") as file:
            tree = ast.parse(file.read())
        found = known[path] = {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                line = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                found[line, node.name] = node
        for key, node in list(found.items()):
            copy = Plain().visit(ast.parse(ast.unparse(node)).body[0])
            found[key] = hashlib.blake2b(ast.dump(copy).encode("utf-8", "replace"), digest_size=8).hexdigest()
    return known[path]


def look(folder, package, stubs):
    """In a process of its own: {name: [digest, hash of the text]}."""
    sys.path[:0] = [folder, room]
    for stub in stubs:
        sys.modules[stub] = Anything(stub)
    import _code

    found, texts, reasons = {}, {}, {}
    for owner, function in definitions(package):
        made = _code.fingerprint(function, owner)
        if isinstance(made, _code.Unknown):
            reasons[made.reason] = reasons.get(made.reason, 0) + 1
            continue
        path, code = function.__code__.co_filename, function.__code__
        try:
            text = texts_of(path, texts).get((code.co_firstlineno, code.co_name), "")
        except OSError:
            continue
        name = f"{function.__module__}:{owner.__qualname__ if owner else ''}:{function.__qualname__}"
        found[name] = [made.digest, text]
    json.dump([found, reasons], sys.stdout)


def states_of_wheels(paths):
    for path in paths:
        with tempfile.TemporaryDirectory() as folder:
            zipfile.ZipFile(path).extractall(folder)
            yield os.path.basename(path), folder


def states_of_repository(repository, folder, last):
    log = ["git", "-C", repository, "log", "--format=%h", "--reverse", f"-{last}", "--", folder]
    for commit in subprocess.run(log, capture_output=True, text=True, check=True).stdout.split():
        with tempfile.TemporaryDirectory() as place:
            archive = os.path.join(place, "archive.tar")
            command = ["git", "-C", repository, "archive", "-o", archive, commit, folder]
            if subprocess.run(command, capture_output=True).returncode:
                continue
            with tarfile.open(archive) as files:
                files.extractall(place)
            yield commit, os.path.join(place, folder)


def replay(states, package, stubs):
    before, share, alarms_in_all, methods_in_all, misses_in_all, texts_in_all = None, [], 0, 0, [], 0
    for name, folder in states:
        command = [sys.executable, "-W", "ignore", __file__, "--look", folder, package, *stubs]
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        )
        if done.returncode:
            print(f"{name}: cannot be imported: {done.stderr.strip().splitlines()[-1]}")
            continue
        now, reasons = json.loads(done.stdout)
        if before is not None:
            both = [n for n in now if n in before]
            alarms = [n for n in both if now[n][0] != before[n][0]]
            edited = [n for n in both if now[n][1] != before[n][1]]
            misses = [n for n in edited if n not in set(alarms)]
            unknown = "".join(f", {count} {reason}" for reason, count in reasons.items())
            print(
                f"{name}: {len(both)} methods, {len(alarms)} alarms, {len(edited)} edited, {len(misses)} missed{unknown}"
            )
            for missed in misses:
                print("    missed:", missed)
            if both:
                share.append(len(alarms) / len(both))
            alarms_in_all += len(alarms)
            methods_in_all += len(both)
            texts_in_all += len(edited)
            misses_in_all += misses
        before = now
    print(
        f"{len(share)} steps: {100 * sum(share) / max(1, len(share)):.1f} % of methods alarm per step; "
        f"{texts_in_all} edited bodies, {len(misses_in_all)} missed"
    )


def main():
    if sys.argv[1:2] == ["--look"]:
        look(sys.argv[2], sys.argv[3], sys.argv[4:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", action="store_true")
    parser.add_argument("--last", type=int, default=50)
    parser.add_argument("--stub", action="append", default=[])
    parser.add_argument("what", nargs="+")
    given = parser.parse_args()
    if given.wheels:
        replay(states_of_wheels(given.what[1:]), given.what[0], given.stub)
    else:
        repository, folder, package = given.what
        replay(states_of_repository(repository, folder, given.last), package, given.stub)


if __name__ == "__main__":
    main()
