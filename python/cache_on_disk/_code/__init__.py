"""Fingerprints of the code of Python methods: whether a stored value was computed by the code of now.

A room of its own, which knows nothing of caching: a function in, a `Fingerprint` out, or `Unknown` with a reason. It never raises,
and nothing of the user's runs for it. ::

    made = fingerprint(Residuals.modes.__wrapped__, Residuals, sidecars=None)
    made.digest      # the same as long as nothing has changed that the method's value depends on
    made.covers      # ["Residuals.modes (residuals.py:12)", "reconstruct (pipeline.py:41)", "GAIN (pipeline.py:7)"]

Ways in: `finger.py` asks `follow.py`, which goes from the function through living modules and classes (`raw.py`) and takes the
hashes and references of what it meets from outlines of source files (`sources.py`), which are read (`reading.py`, `canonical.py`,
`attributes.py`) or come from sidecars (`sidecars.py`).
"""

from .finger import fingerprint, parameters_read
from .result import Change, Fingerprint, Part, Unknown, changed_parts

__all__ = ["Change", "Fingerprint", "Part", "Unknown", "changed_parts", "fingerprint", "parameters_read"]
