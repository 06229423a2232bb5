"""The scenarios of the Python package; scripts/bench reads the samples.   main.py [--quick] PART...

Parts: memory_hits, disk, cold, objects, memory, processes, values.
"""

import importlib
import logging
import shutil
import sys
import tempfile
import warnings

import measure


def main():
    parts = [a for a in sys.argv[1:] if not a.startswith("-")]
    if "--quick" in sys.argv:
        measure.ROUNDS, measure.QUICK = 5, True
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    for part in parts:
        directory = tempfile.mkdtemp(prefix="cache_on_disk_bench")
        try:
            importlib.import_module(part).run(directory)
        finally:
            shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
