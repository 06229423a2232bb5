"""A value whose pages must come from the disk, asked for by an object that has none in memory: disk.py's hits after a restart.

What the disk's own host has in its memory is beyond our reach.
"""

import os
import shutil

import measure
import numpy as np
from disk import MiB, cases, settle, use
from measure import Variant, compare
from rivals import FUNCTIONS, MODULES, method_class, tagged


def drop_pages(folder):
    """Makes the next reading of every file there go to the disk. Dirty pages would stay: sync before, once."""
    for place, _, names in os.walk(folder):
        for name in names:
            file = os.open(os.path.join(place, name), os.O_RDONLY)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


def variants_of(value, directory):
    """Everyone in a folder of its own, filled."""

    def variant(who, ask, prepare=lambda: None):
        def ready():
            one = prepare()
            drop_pages(folders[who])
            return one

        return Variant(who, lambda one: use(ask(one)), ready)

    def folder_of(who):
        folders[who] = os.path.join(directory, f"cold {len(folders)}")
        os.mkdir(folders[who])
        return folders[who]

    folders = {}
    for who, module in MODULES.items():
        cls, folder = method_class(module, lambda: value), folder_of(who)
        prepare = lambda module=module, cls=cls, folder=folder: tagged(module, cls, folder, "cold")
        for _ in range(2):
            prepare().m()
        yield variant(who, lambda one: one.m(), prepare)
    for who, rival in FUNCTIONS.items():
        function = rival(lambda i: value, folder_of(who) + "/cache")
        function(0)
        yield variant(who, lambda _, function=function: function(0))
    if type(value) is np.ndarray:
        for who, mode in (("np.load", None), ("np.load, mmap_mode='r'", "r")):
            path = os.path.join(folder_of(who), "plain.npy")
            np.save(path, value)
            yield variant(who, lambda _, path=path, mode=mode: np.load(path, mmap_mode=mode))


def run(directory):
    for case, size, make in cases():
        if size not in (MiB, 64 * MiB):
            continue
        variants = list(variants_of(make(), directory))
        settle()
        # One run a sample: a second would be warm.
        compare("python_disk_cold", case, variants, 5, most=1, just_before=lambda: measure.have_memory(size))
        del variants
        for name in os.listdir(directory):
            shutil.rmtree(os.path.join(directory, name))
