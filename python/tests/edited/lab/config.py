"""Constants."""

import datetime
import os
from enum import Enum

GAIN = 2.5
MODES, SHIFT = 10, 3
NAMES = {"b": 2, "a": 1}
LIMITS = (1, 2, 3)
UNUSED = 1
HOME = os.path.expanduser("~")
STARTED = datetime.datetime.now()
WEIGHTS = [i * GAIN for i in range(4)]
TABLE = {}
TABLE["x"] = 1
TABLE.update(y=2)
for key in ("u", "v"):
    TABLE[key] = len(key)
counter = 0
STEP: int = 4


class Kind(Enum):
    FAST = 1
    SLOW = 2


def count():
    global counter
    counter += 1
    return counter


if os.name == "nt":
    SEPARATOR = ";"
else:
    SEPARATOR = ":"
