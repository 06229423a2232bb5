"""Classes that are made by the method."""

import dataclasses


class Part:
    unit = 1

    def __init__(self, size):
        self.size = size

    def weight(self):
        return self.size * self.unit

    def colour(self):
        return "red"

    def __add__(self, other):
        return Part(self.size + other.size)


class Meta(type):
    def __call__(cls, *args):
        made = super().__call__(*args)
        made.extra = 1
        return made


class Wheel(Part, metaclass=Meta):
    radius = 3

    def weight(self):
        return super().weight() + self.radius


@dataclasses.dataclass
class Setting:
    name: str
    value: int = 5
    hidden: dataclasses.InitVar[int] = 0

    def level(self):
        return self.value


class Checked:
    limit = 3

    def test(self):
        return self.limit
