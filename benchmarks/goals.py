"""What was to be reached: ratios of medians in one run. (text, ours, theirs, limit): a series is (scenario, case, who)."""

import os

CORES = os.cpu_count()
_hit, _py = "memory_hit", "python_memory_hit"


def one(n):
    return f"{n} instances, 1 threads"


RATIOS = [
    *(
        (
            f"C++: hit in memory, {n:,} instances / data member through a call",
            (_hit, one(n), "ours"),
            (_hit, one(n), "data member"),
            1.5,
        )
        for n in (1, 1000, 100000)
    ),
    *(
        (
            f"C++: the same of a vector, {n:,} instances / data member",
            (_hit, one(n), "ours, a vector"),
            (_hit, one(n), "data member, a vector"),
            1.5,
        )
        for n in (1, 1000, 100000)
    ),
    *(
        (
            f"Python: hit in memory, {n:,} instances / `pass` method",
            (_py, one(n), "ours"),
            (_py, one(n), "`pass` method"),
            limit,
        )
        for n, limit in ((1, 0.8), (1000, 0.8), (100000, 2))
    ),
    (
        f"C++: time of a hit by {CORES} threads, times {CORES}, / by one thread",
        (_hit, f"1 instances, {CORES} threads", "ours", CORES),
        (_hit, one(1), "ours"),
        1 / 0.9,
    ),
    (
        "C++: 8 bytes from disk, verified / open fstat read close",
        ("disk_hit", "8 B", "ours"),
        ("disk_hit", "8 B", "open fstat read close"),
        2.0,
    ),
    (
        "C++: 1 KiB from disk, verified / open fstat read close",
        ("disk_hit", "1 KiB", "ours"),
        ("disk_hit", "1 KiB", "open fstat read close"),
        1.3,
    ),
    ("C++: 1 GiB mapped / 1 MiB mapped", ("disk_slice", "1 GiB", "ours"), ("disk_slice", "1 MiB", "ours"), 1.5),
    *(
        (f"pickle of {case}, {what} / CPython's", (scenario, case, "ours"), (scenario, case, peer), 1.0)
        for scenario, what, peer in (
            ("pickle_read", "read", "pickle.loads"),
            ("pickle_memory", "memory of reading", "pickle.loads"),
        )
        for case in ("a million floats", "dict of 100,000 strings", "50,000 nested records", "dict of 10,000 arrays")
    ),
    *(
        (
            f"pickle of {case}, write / CPython's",
            ("pickle_write", case, "ours"),
            ("pickle_write", case, "pickle.dump"),
            1.0,
        )
        for case in ("floats", "texts", "records", "arrays")
    ),
    (
        "C++: store of 64 MiB / open write close rename, no checksum",
        ("store", "64 MiB", "ours"),
        ("store", "64 MiB", "open write close rename"),
        1.25,
    ),
    (
        "Python: store of 1 GiB with checksum / np.save, os.replace",
        ("python_store", "array, 1 GiB", "ours"),
        ("python_store", "array, 1 GiB", "np.save, os.replace"),
        1 / 0.95,
    ),
    (
        "C++: set_tag, per object of 1,000,000 / of 1,000",
        ("set_tag", "1000000 objects", "ours"),
        ("set_tag", "1000 objects", "ours"),
        1.5,
    ),
    (
        "C++: set_tag, per object of 1,000,000 / of 10",
        ("set_tag", "1000000 objects", "ours"),
        ("set_tag", "10 objects", "ours"),
        1.5,
    ),
    (
        "Python: set_tag, per object of 1,000,000 / of 1,000",
        ("python_set_tag", "1000000 objects", "ours"),
        ("python_set_tag", "1000 objects", "ours"),
        1.5,
    ),
    *(
        (f"Python: {what}, {case} / arte", (scenario, case, "ours"), (scenario, case, "arte"), 1.0)
        for what, scenario, case in (
            ("set_tag", "python_set_tag", "an object with a dict of 300,000 plain values"),
            ("set_tag", "python_set_tag", "an object with a figure of 16 axes"),
            ("clear_cache", "python_clear_cache", "a file of 1 MiB just stored"),
        )
    ),
    (
        f"tool: ls / find -type f -size +0 ({CORES} cores)",
        ("tool_ls", "100000 entries in 1000 tags", "ours"),
        ("tool_ls", "100000 entries in 1000 tags", "find -type f -size +0"),
        2 if CORES > 1 else 3,
    ),
    (
        "tool: verify / XXH3 of the mapped files",
        ("tool_verify", "1 GiB in 32 entries", "ours"),
        ("tool_verify", "1 GiB in 32 entries", "XXH3, mapped, all cores"),
        1 / 0.7,
    ),
]
ABSOLUTE = [
    ("Python: 1 KiB from disk", ("python_disk_hit", "array, 1 KiB", "ours"), 12e-6),
    ("C++: 1 GiB mapped", ("disk_slice", "1 GiB", "ours"), 100e-6),
    ("C++: set_tag of 100,000 objects, per object and cell", ("set_tag", "100000 objects", "ours"), 150e-9),
    (
        "Python: memory of each of 100,000 tagged objects with its value, a float",
        ("memory_use", "each tagged object with its value (Python)", "ours"),
        200,
    ),
]
# No peers but floors, or answers to another question.
NOT_PEERS = {
    "data member",
    "`pass` method",
    "bare function",
    "open fstat read close",
    "open fstat mmap close",
    "open write close rename",
    "the function alone, once",
    "make a shared_ptr in each",
    "find -type f -size +0",
    "XXH3, mapped, all cores",
    "memcpy",
    "ours, verify=always",
    "ours, by arguments",
    "ours, as a C++ type",
    "ours, a vector",
    "data member, a vector",
    "ours, for the first time",
    "read an attribute of each",
}
