"""A control: both clients are one local directory. Every row must pass there but neither-mapped-nor-marked."""

import os

from setting import Client, Setting


class Local(Setting):
    name = "local"
    abilities = frozenset({"locks"})
    pace = 0.2

    def __enter__(self):
        directory = os.path.join(self.scratch, "shared")
        os.makedirs(directory)
        self.clients = [Client(0, directory), Client(1, directory)]
        return self

    def __exit__(self, *error):
        pass
