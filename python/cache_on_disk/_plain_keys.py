"""Keeps the dicts and sets of pickles that are not trusted from taking more time than the length of the pickles allows.

Python's hashes of numbers and of tuples can be foreseen: keys made to hash alike fill a dict in time by the square of their
number. It also hashes tuples and long integers again at each use, which takes a pickle two bytes.
"""

from __future__ import annotations

import sys
from typing import Any, Callable, Collection

from ._plain_checks import refuse

_few = 100  # keys that may hash alike: those of ordinary values are a handful
_seeded = (str, bytes)  # their hashes cannot be foreseen


def weight_of(value: Any) -> int:
    """The work of hashing or comparing a value that holds no others, in words of 64 bytes."""
    return 1 + sys.getsizeof(value, 0) // 64


class KeyGuard:
    """Looks at all keys before they are put into a dict or set.

    Parameters
    ----------
    room : int
        How much all keys may weigh together.
    weigh : callable
        The weight of a key.
    """

    def __init__(self, room: int, weigh: Callable[[Any], int]) -> None:
        self._room = room
        self._weigh = weigh
        # Of each large container, by its address: how many keys have a hash, and itself, so that no other object gets the address.
        self._hashes: dict[int, tuple[dict[int, int], Any]] = {}

    def check(self, container: Collection[Any], keys: Collection[Any]) -> None:
        """Refuse keys of which too many hash alike, or that were hashed too often for the length of the pickle."""
        for key in keys:
            self._room -= self._weigh(key)
        if self._room < 0:
            refuse("long keys, many times")
        if len(container) + len(keys) <= _few:
            return
        known = self._hashes.get(id(container))
        if known is None:
            known = {}, container
            self._hashes[id(container)] = known
            self._count(known[0], container)
        self._count(known[0], [key for key in keys if type(key) not in _seeded and key not in container])

    @staticmethod
    def _count(counts: dict[int, int], keys: Collection[Any]) -> None:
        for key in keys:
            if type(key) not in _seeded:
                number = hash(key)
                counts[number] = counts.get(number, 0) + 1
                if counts[number] > _few:
                    refuse("many keys that hash alike")
