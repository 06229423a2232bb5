"""Values that are more than an array: hits in memory, stores, and what a call gets that may change its value."""

import itertools
import os
import shutil

import numpy as np
from measure import Variant, compare
from rivals import MODULES, method_class, tagged

import cache_on_disk as cod

try:
    from astropy import units
except ImportError:
    units = None

MB = 1_000_000


def cases():
    yield "masked array", lambda count: np.ma.array(np.arange(float(count)), mask=np.arange(count) % 2 == 0)
    yield "table with named fields", lambda count: np.zeros(count // 2, [("x", "f8"), ("y", "f8")])
    yield "dict of 20 arrays", lambda count: {f"band {i}": np.arange(count / 20) for i in range(20)}
    if units:
        yield "quantity", lambda count: np.arange(float(count)) * units.m


def of_parts_that_change():
    """Each caller gets another, made from the pickle: a caller may change its columns, or its elements."""
    yield "row of a table", lambda count: np.zeros(1, [("x", "f8"), ("y", "f8")])[0]
    if units:
        from astropy.io import fits

        yield (
            "FITS table",
            lambda count: fits.FITS_rec.from_columns(
                fits.ColDefs([fits.Column("x", "D", array=np.arange(float(count)))])
            ),
        )


def memory_hits(directory):
    for case, make in (*cases(), *of_parts_that_change()):
        variants = []
        for who, module in MODULES.items():
            one = tagged(
                module, method_class(module, lambda make=make: make(10_000)), directory, f"memory {case} {who}"
            )
            one.m()
            variants.append(Variant(who, lambda _, call=one.m: call()))
        compare("python_memory_hit_of_values", case, variants, most=20_000)


def stores(directory):
    for case, make in cases():
        folder = os.path.join(directory, "store")
        count, variants = itertools.count(), []

        def emptied(folder=folder):
            shutil.rmtree(folder, ignore_errors=True)
            os.mkdir(folder)

        emptied()
        value = make(20 * MB // 8)
        for who, module in MODULES.items():
            cls = method_class(module, lambda: value)

            def prepare(module=module, cls=cls):
                one = tagged(module, cls, folder, f"store{next(count)}")
                one.small()  # the tag is in use
                return one

            variants.append(Variant(who, lambda one: one.m(), prepare, emptied))
        compare("python_store_of_values", f"{case}, 20 MB", variants, 5, most=4, just_before=os.sync)


def writable(directory):
    """What a private mapping costs against the copy in place of which it is, at the sizes around which it begins."""
    for size in (64 << 10, 128 << 10, 256 << 10, 1 << 20, 16 << 20):

        class Value:
            @cod.cache_on_disk(writable=True)
            def m(self):
                return np.arange(size // 8)

        Value().m()
        one = tagged(cod, Value, directory, f"writable {size}")
        one.m()
        shared = one.m().copy()
        for case, use in (
            ("not looked at", lambda a: None),
            ("read", lambda a: a.sum()),
            ("written", lambda a: a.fill(1)),
        ):
            compare(
                "python_writable",
                f"{size >> 10} KiB, {case}",
                [
                    Variant("ours", lambda _, use=use: use(one.m())),
                    Variant("copy", lambda _, use=use: use(shared.copy())),
                ],
            )


def run(directory):
    memory_hits(directory)
    stores(directory)
    writable(directory)
