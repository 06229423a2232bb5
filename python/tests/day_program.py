"""A day in the life of a user of the original: a program that knows nothing of this package.

    python day_program.py REPORT
    python -m cache_on_disk.arte day_program.py REPORT

Each step of it, and what lies on disk after it, goes into the report.
"""

import copy
import functools
import hashlib
import inspect
import json
import logging
import os
import pickle
import sys
import tempfile

import numpy as np
from arte.dataelab import cache_on_disk as module
from arte.dataelab.base_analyzer import BaseAnalyzer
from arte.dataelab.base_analyzer_set import BaseAnalyzerSet
from arte.dataelab.base_timeseries import BaseTimeSeries
from arte.dataelab.cache_on_disk import (
    DiskCacher,
    TagNotSetException,
    cache_on_disk,
    clear_cache,
    get_disk_cacher,
    set_logfile,
    set_prefix,
    set_tag,
    set_tmpdir,
)
from arte.utils.decorator import returns
from arte.utils.help import add_help
from astropy import units as u

report = []
calls = []
tmpdir = tempfile.gettempdir()


def described(value):
    """A value as something to compare: its type with all that its type tells of, and its bytes."""
    kind = type(value).__name__
    if isinstance(value, u.Quantity):
        return [kind, str(value.unit), described(np.asarray(value.value))]
    if isinstance(value, np.ma.MaskedArray):
        return [kind, described(np.asarray(value.filled(0))), described(np.ma.getmaskarray(value))]
    if isinstance(value, np.ndarray):
        return [
            kind,
            value.dtype.str,
            list(value.shape),
            value.flags.writeable,
            hashlib.sha1(value.tobytes()).hexdigest(),
        ]
    if isinstance(value, (list, tuple)):
        return [kind, [described(one) for one in value]]
    if isinstance(value, dict):
        return [kind, [[described(k), described(v)] for k, v in value.items()]]
    if isinstance(value, BaseTimeSeries):
        return [kind, described(value.get_data())]
    return [kind, repr(value)]


def files():
    """What lies on disk: the values by their paths, each as np.load gives it."""
    found = {}
    for folder, _, names in os.walk(tmpdir):
        for name in names:
            if name.endswith(".npy"):
                path = os.path.join(folder, name)
                loaded = np.load(path, allow_pickle=True)
                found[os.path.relpath(path, tmpdir)] = described(loaded)
    return dict(sorted(found.items()))


def step(name, action):
    try:
        outcome = described(action())
    except Exception as error:
        outcome = ["raised", [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]]
    report.append({"step": name, "outcome": outcome, "calls": calls[:], "files": files()})
    calls.clear()


def computes(function):
    @functools.wraps(function)
    def counted(self, *args, **kwargs):
        calls.append(function.__qualname__)
        return function(self, *args, **kwargs)

    return counted


class Sectors:
    @cache_on_disk
    @computes
    def split(self):
        return [np.arange(3), np.arange(4.0)]


class Slopes:
    def __init__(self, seed):
        self.seed = seed

    @cache_on_disk
    @computes
    def modes(self):
        return np.random.RandomState(self.seed).rand(40, 6)

    @cache_on_disk
    @computes
    def strided(self):
        return np.arange(24.0).reshape(4, 6)[::2, 1:4]

    @cache_on_disk
    @computes
    def fortran(self):
        return np.asfortranarray(np.arange(6.0).reshape(2, 3))


@add_help
class Residuals:
    def __init__(self, slopes):
        self.slopes = slopes
        self.sectors = Sectors()

    @cache_on_disk
    @computes
    def rms(self):
        """Root of the mean square."""
        return self.slopes.modes().std() * u.nm

    @cache_on_disk
    @computes
    def spectrum(self):
        return np.abs(np.fft.rfft(self.slopes.modes(), axis=0)) * u.m

    @cache_on_disk
    @computes
    def masked(self):
        return np.ma.masked_greater(self.slopes.modes(), 0.5)

    @cache_on_disk
    @computes
    def table(self):
        return {"mean": 1.5, "names": ["tip", "tilt"], "values": np.arange(4)}

    @returns(np.ndarray)
    @cache_on_disk
    @computes
    def total(self):
        return self.slopes.modes().sum(axis=0)

    @cache_on_disk
    @computes
    def text(self):
        return "all is well"

    @cache_on_disk
    @computes
    def series(self):
        return BaseTimeSeries(self.slopes.modes())

    @cache_on_disk
    @computes
    def scaled(self, factor=1):
        return self.slopes.modes()[0] * factor

    @cache_on_disk
    @computes
    def count(self):
        return 7

    @cache_on_disk
    @computes
    def fails(self):
        raise ValueError("no data")


class Analyzer(BaseAnalyzer):
    def __init__(self, tag, recalc=False):
        super().__init__(tag, recalc=recalc)
        self.residuals = Residuals(Slopes(int(tag[-6:])))

    @cache_on_disk
    @computes
    def strehl(self):
        return np.float64(0.5)


class Walker:
    def find_tag_between_dates(self, first, last):
        return ["20240101_120001", "20240101_120002"]


class AnalyzerSet(BaseAnalyzerSet):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, file_walker=Walker(), analyzer_type=Analyzer, **kwargs)


first = Analyzer.get("20240101_120001")
r = first.residuals
for name in ("rms", "spectrum", "masked", "table", "total", "text", "count", "scaled"):
    step(f"{name} is computed", getattr(r, name))
    step(f"{name} is remembered", getattr(r, name))
step("a value that holds an object of arte's", r.series)
step("it again", r.series)
step("a strided view", r.slopes.strided)
step("a Fortran array", r.slopes.fortran)
step("a list", r.sectors.split)
step("a method of the analyzer itself", first.strehl)
step("an exception", r.fails)
step("an exception again", r.fails)
step("another argument plays no part", lambda: r.scaled(5))


def changed_in_place():
    values = r.spectrum()
    values *= 2
    return values.shape


step("a value is changed in place by its user", changed_in_place)
step("the tag of the analyzer", first.snapshot_tag)
step("get gives the same analyzer", lambda: Analyzer.get("20240101_120001") is first)
step("the path of a method", lambda: os.path.relpath(get_disk_cacher(r, r.rms).fullpath(), tmpdir))
step("the path by the class's method", lambda: os.path.relpath(get_disk_cacher(r, Residuals.rms).fullpath(), tmpdir))
step("an undecorated method has no cacher", lambda: get_disk_cacher(first, first.info))
step("a cacher tells its tag", lambda: [get_disk_cacher(r, r.rms)._tag, get_disk_cacher(r, r.rms)._prefix])
step("and its names", lambda: [get_disk_cacher(r, r.rms)._funcid, get_disk_cacher(r, r.rms)._method_name])
step("and its function", lambda: get_disk_cacher(r, r.count)._original_function.__name__)
step("and its value", lambda: get_disk_cacher(r, r.count)._data)
step(
    "the list of cachers",
    lambda: [
        len(Residuals.count.cacher_list),
        r in Residuals.count.cacher_list,
        [c._tag for c in Residuals.count.cacher_list.values()],
    ],
)
step("a value that is dropped from memory", lambda: setattr(get_disk_cacher(r, r.count), "_data", None))
step("comes from disk", r.count)
step("loaded by hand", lambda: get_disk_cacher(r, r.count)._load_from_disk())
step("saved by hand", lambda: get_disk_cacher(r, r.count)._save_to_disk())
step("a method is a function", lambda: [inspect.isfunction(Residuals.rms), inspect.ismethod(r.rms)])
step(
    "with its name and documentation",
    lambda: [Residuals.rms.__name__, Residuals.rms.__doc__, Residuals.rms.__qualname__],
)
step("and its signature", lambda: str(inspect.signature(Residuals.scaled)))
step("one method is cleared", lambda: (get_disk_cacher(r, r.rms).clear_cache(), None)[1])
step("and computed again", r.rms)
step("all is cleared", lambda: (clear_cache(first), None)[1])
step("and computed again, too", r.table)
step("recalc", first.recalc)
step("after recalc", first.strehl)
other = AnalyzerSet("20240101_120001", "20240101_120002")
step("a set of analyzers", lambda: [a.snapshot_tag() for a in other])
step("asked for a value of each", lambda: other.residuals.rms())
step("by tag", lambda: other["20240101_120002"].residuals.table())
step("by number", lambda: other[0].strehl())
again = AnalyzerSet("20240101_120001", "20240101_120002", recalc=True)
step("a set that computes all again", lambda: again.residuals.total())

plain = Residuals(Slopes(5))
step("without a tag nothing is cached", plain.count)
step("and computed at each call", plain.count)
step("without a tag there is no path", lambda: get_disk_cacher(plain, plain.count).fullpath())
step("that is an exception of its own", lambda: issubclass(TagNotSetException, Exception))
step("a tag with a slash", lambda: set_tag(plain, "20240101/120000"))
step("makes directories", plain.count)
step("the path of the data as tag", lambda: set_tag(plain, "/data/night.fits"))
step("makes them, too", plain.text)
step("another prefix", lambda: set_prefix(plain, "day_"))
step("and a value below it", plain.table)
step(
    "another tmpdir",
    lambda: (
        set_tmpdir(plain, os.path.join(tmpdir, "elsewhere"))
        or os.makedirs(os.path.join(tmpdir, "elsewhere"), exist_ok=True)
    ),
)
step("and a value in it", plain.slopes.modes)
step("the tag is taken away", lambda: set_tag(plain, None))
step("and nothing is cached", plain.count)

late = Residuals(Slopes(6))
set_tmpdir(late, os.path.join(tmpdir, "elsewhere"))
set_tag(late, "LATE")
late.later = Analyzer.__new__(Analyzer)
step("a member that appears later is not cached", late.later.strehl)
step("until the tag is set again", lambda: set_tag(late, "LATE"))
step("then it is, in the default directory", late.later.strehl)


def a_function(x):
    calls.append("a_function")
    return x + 1


cacher = DiskCacher(a_function)
cacher.set_tmpdir(os.path.join(tmpdir, "elsewhere"))
cacher.set_tag("T", "alone")
step("a function on its own", lambda: cacher.execute(1))
step("its path", lambda: os.path.relpath(cacher.fullpath(), tmpdir))
set_logfile(os.path.join(tmpdir, "log.txt"), level=logging.INFO)
step("the name of the logger", lambda: module._logger.name)
step(
    "what is found below an object",
    lambda: [[type(o).__name__, name] for o, name, _ in module._discover_cachers(late) if not isinstance(o, Analyzer)],
)
step("a copy goes on without a tag", lambda: copy.copy(r).count())
step("and so does one by pickle", lambda: pickle.loads(pickle.dumps(Slopes(3))).fortran())

with open(sys.argv[1], "w") as file:
    json.dump(report, file)
