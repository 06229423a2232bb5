"""The other caches, each as its documentation recommends; one that is not installed is left out.

A rival makes, for a function of one number, a cached one: `rival.cached(function, directory)`.
"""

import importlib
import os

import cache_on_disk as cod


def optional(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


arte = optional("arte.dataelab.cache_on_disk")
joblib, diskcache, cachier = optional("joblib"), optional("diskcache"), optional("cachier")


def joblib_cached(function, directory, mmap_mode=None):
    return joblib.Memory(os.path.join(directory, "joblib"), mmap_mode=mmap_mode, verbose=0).cache(function)


def joblib_mapped(function, directory):
    return joblib_cached(function, directory + "-mapped", "r")


def diskcache_cached(function, directory):
    # The limit is above what we store: nothing is evicted.
    return diskcache.Cache(os.path.join(directory, "diskcache"), size_limit=2**36).memoize()(function)


def cachier_cached(function, directory):
    return cachier.cachier(cache_dir=os.path.join(directory, "cachier"), separate_files=True)(function)


FUNCTIONS = {}
if joblib:
    FUNCTIONS["joblib"] = joblib_cached
    FUNCTIONS["joblib, mmap_mode='r'"] = joblib_mapped
if diskcache:
    FUNCTIONS["diskcache"] = diskcache_cached
if cachier:
    FUNCTIONS["cachier"] = cachier_cached

MODULES = {"ours": cod}
if arte:
    MODULES["arte"] = arte


def method_class(module, compute):
    """A class with a method, and one whose value is small, cached by a module that works on methods: ours or arte."""

    class Value:
        @module.cache_on_disk
        def m(self):
            return compute()

        @module.cache_on_disk
        def small(self):
            return 1.5

    return Value


def tagged(module, cls, directory, tag):
    value = cls()
    module.set_tmpdir(value, directory)
    module.set_tag(value, tag)
    return value
