"""An object with cached methods that return what it is given."""

import numpy as np

from cache_on_disk import cache_on_disk


class Holder:
    def __init__(self, value=None):
        self.value = value
        self.calls = 0

    @cache_on_disk
    def get(self):
        self.calls += 1
        return self.value

    @cache_on_disk(writable=True)
    def own(self):
        return self.value

    @cache_on_disk
    def fresh(self):
        return np.arange(self.value)
