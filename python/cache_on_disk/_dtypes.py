"""Which dtypes an .npy file can describe, and dtypes whose fields no other code can rename."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

# Without types in the stubs of numpy before 2.3.
_npy: Any = np.lib.format
_plain = frozenset(np.dtype(code).type for code in "?bBhHiIlLqQefdgFDGSUVOMm")
# Those of numpy's own dtypes that their text ("<f8") describes fully, apart from metadata, and whose scalars Python has, too.
plain_scalars = frozenset(np.dtype(code).type for code in "?bBhHiIlLqQefdFDSU")


def gives_back(dtype: np.dtype[Any]) -> bool:
    """Whether the description of a dtype in an .npy file gives the same dtype back.

    It does not for the types of other packages (ml_dtypes, numpy's own StringDType), for records, for metadata, for the
    promise of alignment, and for fields that overlap or are not in the order of their addresses.
    """
    if dtype.type not in _plain or dtype.metadata is not None:
        return False
    if dtype.names is None and dtype.subdtype is None:
        return True
    parts = [dtype.subdtype[0]] if dtype.subdtype is not None else [field[0] for field in (dtype.fields or {}).values()]
    if not all(gives_back(part) for part in parts):
        return False
    if dtype.subdtype is not None:
        return True
    try:
        again = _npy.descr_to_dtype(_npy.dtype_to_descr(dtype))
    except Exception:  # it has no description
        return False
    return bool(again == dtype and again.isalignedstruct == dtype.isalignedstruct)


def own_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype, or a private copy of it if its fields can be renamed in place."""
    copied: np.dtype[Any] = copy.deepcopy(dtype) if dtype.names is not None else dtype
    return copied


def has_flat_fields(dtype: np.dtype[Any]) -> bool:
    """Whether no field of a dtype has fields of its own."""
    return all(field[0].base.names is None for field in (dtype.fields or {}).values())


def dtype_from_descr(text: str) -> np.dtype[Any]:
    """The dtype of a descr as it stands in an .npy header."""
    import ast

    dtype: np.dtype[Any] = _npy.descr_to_dtype(ast.literal_eval(text))
    return dtype
