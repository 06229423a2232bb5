"""This package in the place of the Python original, `arte.dataelab.cache_on_disk`.

Import it once, before or after anything of arte::

    import cache_on_disk.arte

From then on ``from arte.dataelab.cache_on_disk import ...`` gives this package, in arte's own classes too. A program that nobody
wants to touch runs so::

    python -m cache_on_disk.arte program.py arguments ...
    python -m cache_on_disk.arte -m module arguments ...
    python -m cache_on_disk.arte -c "statements" arguments ...

What differs from importing `cache_on_disk` itself: each call gets an array of its own that may be changed
(``CACHE_ON_DISK_WRITABLE=0`` in the environment: shared, read-only ones); members that appear later get the default directory and
prefix with the next `set_tag`; decorated methods are plain functions to `inspect.isfunction`.
"""

from __future__ import annotations

import os

os.environ.setdefault("CACHE_ON_DISK_WRITABLE", "1")  # for processes that this one starts, too

from ._disk_cacher import DiskCacher
from ._errors import TagNotSetException
from ._logging import set_logfile
from ._manage import clear_cache, set_prefix, set_tag, set_tmpdir
from ._stand_in import cache_on_disk, install
from ._targets import get_disk_cacher

__all__ = [
    "DiskCacher",
    "TagNotSetException",
    "cache_on_disk",
    "clear_cache",
    "get_disk_cacher",
    "set_logfile",
    "set_prefix",
    "set_tag",
    "set_tmpdir",
]

install()

if __name__ == "__main__":
    from ._run import run

    run()
