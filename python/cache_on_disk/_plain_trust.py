"""Whether a value could be read back where files of others are read as plain data only."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _plain_data
from ._plain_checks import ForbiddenClass
from ._values import load_npy


def objection(encoded: Any) -> str:
    """Why an encoded value could not be read back as plain data; empty if it can.

    Parameters
    ----------
    encoded : ndarray, bytes or list of bytes
        The payload: an array of numbers, a pickle or an .npy file.
    """
    if isinstance(encoded, np.ndarray):
        return ""
    data = encoded if isinstance(encoded, bytes) else b"".join(encoded)
    try:
        if data.startswith(b"\x93NUMPY"):
            load_npy(data, True)
        else:
            _plain_data.loads(data)
    except ForbiddenClass as error:
        why = str(error)
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
    else:
        return ""
    return (
        f"under group and plain trust it could not be read back ({why}); return arrays, quantities, times or plain containers, "
        "or keep the directory to yourself (private trust)"
    )
