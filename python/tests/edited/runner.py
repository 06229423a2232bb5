"""Fingerprints of one method in many directories, in a process of its own, by any Python: prints JSON.

runner.py CODE ROOT MODULE CLASS METHOD: CODE is the folder in which the package `_code` lies; each folder in ROOT has the program.
"""

import json
import os
import sys


def fingerprints(code, root, module, class_name, method):
    sys.path.insert(0, code)
    import _code

    found = {}
    before = set(sys.modules)
    for name in sorted(os.listdir(root)):
        folder = os.path.join(root, name)
        sys.path.insert(0, folder)
        program = __import__(module, fromlist=["x"])
        owner = getattr(program, class_name)
        made = _code.fingerprint(vars(owner)[method], owner)
        if isinstance(made, _code.Unknown):
            found[name] = [made.reason, "", []]
        else:
            found[name] = [made.kind, made.digest, [part.text for part in made.parts]]
        sys.path.remove(folder)
        for loaded in set(sys.modules) - before:
            if (getattr(sys.modules[loaded], "__file__", "") or "").startswith(folder):
                del sys.modules[loaded]
    return found


if __name__ == "__main__":
    json.dump(fingerprints(*sys.argv[1:]), sys.stdout)
