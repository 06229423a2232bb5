"""A persistent cache for the values of methods that never change.

Mark the expensive methods of an analyzer with `cache_on_disk`, and name the immutable dataset it looks at with `set_tag`: from
then on each method computes once, in whatever process comes first. ::

    from cache_on_disk import cache_on_disk, set_tag

    class Residuals:
        @cache_on_disk
        def modes(self):
            return reconstruct(self._slopes)

    residuals = Residuals(...)
    set_tag(residuals, "LBTISX20240410_112233")
    residuals.modes()      # /tmp/cacheLBTISX20240410_112233/root.Residuals.modes.npy
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional, Union

from . import _core
from ._decorator import cache_on_disk
from ._disk_cacher import DiskCacher
from ._errors import (
    CacheOnDiskError,
    InvalidTypeError,
    InvalidValueError,
    NotCachedError,
    TagNotSetException,
    UncachedError,
)
from ._logging import set_logfile
from ._manage import (
    _discover_cachers as _discover_cachers,
    clear_cache,
    explain,
    get_options,
    put,
    refresh,
    set_options,
    set_prefix,
    set_tag,
    set_tmpdir,
    set_trust,
    set_writable,
    statistics,
)
from ._targets import get_disk_cacher

if TYPE_CHECKING:
    from ._reports import Cleared, Explanation, Explanations, MethodStatistics, Statistics, Warmed

__version__: str = _core.version
__all__ = [
    "CacheOnDiskError",
    "Cleared",
    "DiskCacher",
    "Explanation",
    "Explanations",
    "InvalidTypeError",
    "InvalidValueError",
    "MethodStatistics",
    "NotCachedError",
    "Statistics",
    "TagNotSetException",
    "UncachedError",
    "Warmed",
    "cache_on_disk",
    "clear_cache",
    "explain",
    "get_disk_cacher",
    "get_options",
    "portable",
    "put",
    "refresh",
    "set_logfile",
    "set_options",
    "set_prefix",
    "set_tag",
    "set_tmpdir",
    "set_trust",
    "set_writable",
    "statistics",
    "warm",
]

DiskCacher.__module__ = __name__

_core.log_from(20)


def __getattr__(name: str) -> Any:
    """The classes of reports, which are loaded when something is told."""
    if name in ("Cleared", "Explanation", "Explanations", "MethodStatistics", "Statistics", "Warmed"):
        from . import _reports

        return getattr(_reports, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def portable(root: object) -> Any:
    """Let an object keep its tag and name on the way to another process: copies start without. ::

        Parallel(8)(delayed(work)(portable(loop)) for loop in loops)

    Parameters
    ----------
    root : object or function
        Under a tag.

    Returns
    -------
    object
        Its pickle gives the root itself, whose methods are cached there as they are here: with the same tag, names, tmpdir, prefix,
        trust and `set_writable`. Where a pool runs a call in this very process, it passes on to the root what is asked of it.

    Raises
    ------
    TagNotSetException
        If nothing below the root has a tag.
    """
    from ._portable import portable as make_portable

    return make_portable(root)


def warm(
    root: object, workers: Optional[int] = None, progress: bool = True, processes: Union[bool, str] = False
) -> Warmed:
    """Compute every missing value below an object; methods that cannot be called without arguments are left out.

    Parameters
    ----------
    root : object or function
        Under a tag.
    workers : int or None
        How many values are computed at a time; None: as the standard library's pools have it.
    progress : bool
        Show a bar: tqdm's if it is installed.
    processes : bool or str
        False: in threads of this process. True: in processes, for functions that hold the interpreter lock; they are forked,
        so the objects need no pickle. ``"spawn"`` or ``"forkserver"``: in processes that are started so, which get the root
        by a pickle, and the tags and names of its objects with it; as always with these, the main module must be guarded by
        ``if __name__ == "__main__":``. Values come by way of the disk: what cannot be stored is an error then.

    Returns
    -------
    Warmed
        What was computed and found, what could not be stored, and what failed: no exception of a method stops the others.

    Raises
    ------
    TagNotSetException
        If nothing below the object has a tag.
    InvalidTypeError, InvalidValueError
        For `workers` or `processes` that make no sense.
    """
    from ._warm import warm as compute_all  # brings pools along, which importing the package should not

    return compute_all(root, workers, progress, processes)
