"""The analyzer."""

from cache_on_disk import cache_on_disk

from . import config, tools
from .config import GAIN, Kind
from .machine import Checked, Part, Setting, Wheel
from .tools import deep, double, halved, helper, square, traced, wrapped


def labelled(cls):
    cls.label = "L"
    return cls


class Base:
    order = 1

    def hook(self):
        return 1

    def inherited(self):
        return self.hook() + 1

    def parent(self):
        return 10

    @property
    def ratio(self):
        return self._ratio

    @ratio.setter
    def ratio(self, value):
        self._ratio = value * 2

    @staticmethod
    def fixed(x):
        return x + 100

    @classmethod
    def made(cls):
        return cls.order + 1


class Mixin:
    def parent(self):
        return 20


@labelled
class Analyzer(Base, Mixin):
    order = 2
    limits = [1, 2]

    def __init__(self, nmodes, data=None, mode="fast"):
        start = nmodes * 2
        first = start + 1
        self.nmodes = nmodes
        self.start = first
        self.mode = mode
        self._ratio = 0.5
        self.unused = 3
        self.part = Part(3)
        if data is None:
            self.data = helper(2)
        else:
            self.data = data
        self.parts = []
        self.parts.append(double(1))

    def hook(self):
        return 5

    def parent(self):
        return super().parent() + 1

    def __getattr__(self, name):
        return len(name)

    def __len__(self):
        return 4

    def never(self):
        return "never"

    @cache_on_disk(version=1)
    def value(self):
        """The value."""
        total = self.inherited() + self.parent() + self.ratio + self.fixed(1) + self.made()
        self.ratio = 1
        local = helper(self.nmodes) + deep(2) + wrapped(1) + halved(3) + square(4) + self.start
        wheel = Wheel(3)
        setting = Setting("a")
        more = wheel.weight() + setting.level() + self.part.weight() + self.data + len(self) + self.missing
        if isinstance(total, Checked):
            return None
        shown = tools.shown(3), tools.formatted(2), tools.names_of_locals(1), tools.remembered(3), tools.looked_up()
        others = tools.mean(1), tools.imports_inside(2), tools.chosen(Kind.FAST), tools.guarded(1), tools.matrix([1])
        constants = GAIN, config.NAMES, config.LIMITS, config.HOME, config.STARTED, config.MODES, config.SEPARATOR
        return total, local, more, shown, others, constants, self.parts, config.STEP, getattr(self, "by_name")()

    @traced
    def by_name(self):
        return 8
