# ruff: noqa: E501
"""Edits of the program in edited/lab: what each changes, and whether the value of Analyzer.value may be another after it."""

from typing import NamedTuple


class Edit(NamedTuple):
    rule: int  # of the fingerprint; 0: none, the code is not reached
    name: str
    noticed: bool
    file: str
    old: str
    new: str
    more: tuple = ()  # further (file, old, new)


def real(rule, name, file, old, new, *more):
    return Edit(rule, name, True, file, old, new, more)


def cosmetic(rule, name, file, old, new, *more):
    return Edit(rule, name, False, file, old, new, more)


_helper = """def helper(x, power=2):
    \"\"\"What it does.\"\"\"
    # a comment
    total = 0
    for item in range(x):
        total += item**power
    return total * GAIN
"""

edits = [
    # 0: code that the method does not reach
    cosmetic(0, "a function nobody calls", "tools.py", "return x + 1\n\n\ndef traced", "return x + 2\n\n\ndef traced"),
    cosmetic(0, "a new function", "tools.py", "def unrelated(x)", "def fresh(x):\n    return x\n\n\ndef unrelated(x)"),
    cosmetic(0, "a function that goes", "tools.py", "def unrelated(x):\n    return x + 1\n", ""),
    cosmetic(0, "a method nobody calls", "main.py", 'return "never"', 'return "ever"'),
    cosmetic(0, "a new method", "main.py", "    def never(self)", "    def fresh(self):\n        return 1\n\n    def never(self)"),
    cosmetic(0, "an attribute nobody reads", "main.py", "self.unused = 3", "self.unused = 4"),
    cosmetic(0, "a constant nobody reads", "config.py", "UNUSED = 1", "UNUSED = 2"),
    cosmetic(0, "a new constant", "config.py", "UNUSED = 1", "UNUSED = 1\nFRESH = 2"),
    cosmetic(0, "a new import", "main.py", "from . import config, tools", "import json\n\nfrom . import config, tools"),
    cosmetic(0, "the order of functions", "tools.py", _helper, "", ("tools.py", "def deep(x)", _helper + "\n\ndef deep(x)")),
    cosmetic(0, "the order of methods", "main.py", "    def never(self):\n        return \"never\"\n\n", "",
             ("main.py", "    def hook(self):\n        return 5\n", "    def never(self):\n        return \"never\"\n\n    def hook(self):\n        return 5\n")),
    cosmetic(0, "a method of a made class that nobody calls", "machine.py", 'return "red"', 'return "blue"'),
    cosmetic(0, "a base class's method that is overridden", "main.py", "def hook(self):\n        return 1", "def hook(self):\n        return 2"),
    cosmetic(0, "a parent's method that another parent hides", "main.py", "return 20", "return 30"),
    # 1: how code is written
    cosmetic(1, "the docstring of the method", "main.py", '"""The value."""', '"""Another value."""'),
    cosmetic(1, "a docstring that goes", "tools.py", '    """What it does."""\n', ""),
    cosmetic(1, "the docstring of a module", "tools.py", '"""Helpers."""', '"""More helpers."""'),
    cosmetic(1, "a docstring of a class", "machine.py", "class Part:\n", 'class Part:\n    """A part."""\n\n'),
    cosmetic(1, "a comment", "tools.py", "# a comment", "# another comment"),
    cosmetic(1, "a comment that goes", "tools.py", "    # a comment\n", ""),
    cosmetic(1, "empty lines", "tools.py", "    total = 0\n", "\n\n    total = 0\n\n"),
    cosmetic(1, "white space", "tools.py", "total += item**power", "total  +=  item ** power"),
    cosmetic(1, "brackets", "tools.py", "return total * GAIN", "return (total * GAIN)"),
    cosmetic(1, "a statement over several lines", "tools.py", "return total * GAIN", "return (\n        total\n        * GAIN\n    )"),
    cosmetic(1, "annotations of parameters", "tools.py", "def helper(x, power=2):", 'def helper(x: int, power: "int" = 2) -> float:'),
    cosmetic(1, "annotation of a variable", "tools.py", "    total = 0\n", "    total: float = 0\n"),
    cosmetic(1, "a declaration without value", "tools.py", "    total = 0\n", "    total: float\n    total = 0\n"),
    cosmetic(1, "annotation of a constant", "config.py", "STEP: int = 4", "STEP = 4"),
    cosmetic(1, "pass", "tools.py", "    total = 0\n", "    pass\n    total = 0\n"),
    cosmetic(1, "a lone text", "tools.py", "    total = 0\n", '    "a note"\n    total = 0\n'),
    cosmetic(1, "a comma at the end", "tools.py", "wrapper(*args, **kwargs):", "wrapper(*args, **kwargs,):"),
    cosmetic(1, "a type of a dataclass's field", "machine.py", "value: int = 5", "value: float = 5"),
    cosmetic(1, "a hint's import", "tools.py", "import math\n", "import math\nimport typing\n"),
    cosmetic(1, "tabs", "tools.py", "def deeper(x):\n    return", "def deeper(x):\n\treturn"),
    cosmetic(1, "a semicolon", "tools.py", "first = x\n    second = 2", "first = x; second = 2"),
    real(1, "an operator", "tools.py", "total += item**power", "total -= item**power"),
    real(1, "an operator three calls away", "tools.py", "return helper(x) - config.SHIFT", "return helper(x) + config.SHIFT"),
    real(1, "an expression of a comprehension", "tools.py", "a * b for a", "(a * b + 1) for a"),
    real(1, "the order of statements", "main.py", "        self.ratio = 1\n", "",
         ("main.py", "        total = self.inh", "        self.ratio = 1\n        total = self.inh")),
    real(1, "a default", "tools.py", "def helper(x, power=2)", "def helper(x, power=3)"),
    real(1, "a new parameter", "tools.py", "def helper(x, power=2)", "def helper(x, power=2, shift=1)"),
    real(1, "a return", "tools.py", "    return total * GAIN\n", "    total * GAIN\n"),
    real(1, "a condition", "tools.py", "if a]", "if not a]"),
    real(1, "a branch", "tools.py", "    if kind is config.Kind.FAST:\n        return 1\n    return 2", "    return 2"),
    real(1, "a field's default", "machine.py", "value: int = 5", "value: int = 6"),
    real(1, "a field without default", "machine.py", "    name: str\n", "    name: str\n    second: str\n"),
    real(1, "a field that is none any more", "machine.py", "value: int = 5", "value: ClassVar[int] = 5"
         , ("machine.py", "import dataclasses\n", "import dataclasses\nfrom typing import ClassVar\n")),
    real(1, "async", "main.py", "def by_name(self)", "async def by_name(self)"),
    # 2: constants
    cosmetic(2, "quotes", "tools.py", 'return "any"', "return 'any'"),
    cosmetic(2, "underscores in a number", "config.py", "MODES, SHIFT = 10, 3", "MODES, SHIFT = 1_0, 3"),
    cosmetic(2, "a number in hexadecimals", "tools.py", "return x * 5", "return x * 0x5"),
    cosmetic(2, "a text in two pieces", "tools.py", 'return "any"', 'return "a" "ny"'),
    cosmetic(2, "an f-string in two pieces", "tools.py", 'f"{x!r:>10} and {x:.3f} of {math.pi}"', 'f"{x!r:>10} an" "d " f"{x:.3f} of {math.pi}" f""'),
    cosmetic(2, "a prefix u", "tools.py", 'return "any"', 'return u"any"'),
    cosmetic(2, "an escape", "tools.py", 'return "any"', 'return "\\x61ny"'),
    cosmetic(2, "an f-string without fields", "tools.py", 'return "any"', 'return f"any"'),
    real(2, "a number", "tools.py", "return x * 5", "return x * 6"),
    real(2, "a number of another type", "tools.py", "return x * 5", "return x * 5.0"),
    real(2, "True for 1", "tools.py", "        return 1\n    return 2", "        return True\n    return 2"),
    real(2, "a text", "tools.py", 'return "any"', 'return "all"'),
    real(2, "bytes", "tools.py", 'return "any"', 'return b"any"'),
    real(2, "minus zero", "main.py", "        self._ratio = 0.5", "        self._ratio = -0.5"),
    real(2, "a format", "tools.py", "{x:.3f}", "{x:.4f}"),
    real(2, "a conversion", "tools.py", "{x!r:>10}", "{x!s:>10}"),
    real(2, "a field of an f-string", "tools.py", "{math.pi}", "{math.e}"),
    real(2, "text of an f-string", "tools.py", " and {x:.3f}", " or {x:.3f}"),
    # 3: local names
    cosmetic(3, "a local variable's name", "tools.py", _helper, _helper.replace("total", "amount")),
    cosmetic(3, "a loop variable's name", "tools.py", _helper, _helper.replace("item", "i")),
    cosmetic(3, "a variable of a comprehension", "tools.py", "[[a * b for a in values if a]", "[[c * b for c in values if c]"),
    cosmetic(3, "an inner function's name", "tools.py", "def scale(x):\n        return x * factor + offset(x)\n\n    return scale", "def apply(x):\n        return x * factor + offset(x)\n\n    return apply"),
    cosmetic(3, "local variables of the method", "main.py", "local = helper", "there = helper", ("main.py", "total, local, more", "total, there, more")),
    cosmetic(3, "local variables of __init__", "main.py", "start = nmodes * 2\n        first = start + 1", "begin = nmodes * 2\n        first = begin + 1"),
    real(3, "locals() sees names", "tools.py", "first = x", "third = x"),
    real(3, "two variables that change places", "main.py", "return total, local, more", "return local, total, more"),
    real(3, "a parameter's name", "tools.py", "def offset(x):\n    return x - 1", "def offset(y):\n    return y - 1"),
    real(3, "another variable", "tools.py", "return total * GAIN", "return item * GAIN"),
    real(3, "the inner variable for the outer one", "tools.py", "[[a * b for a in values", "[[b * b for a in values"),
    # 4: the method's own name and decorator
    cosmetic(4, "our decorator's options", "main.py", "@cache_on_disk(version=1)", "@cache_on_disk(version=2, inherit=True)"),
    cosmetic(4, "our decorator without options", "main.py", "@cache_on_disk(version=1)", "@cache_on_disk"),
    cosmetic(4, "our decorator by another name", "main.py", "@cache_on_disk(version=1)", "@kept",
             ("main.py", "from cache_on_disk import cache_on_disk", "from cache_on_disk import cache_on_disk as kept")),
    cosmetic(4, "our decorator by its module", "main.py", "@cache_on_disk(version=1)", "@cache_on_disk.cache_on_disk",
             ("main.py", "from cache_on_disk import cache_on_disk", "import cache_on_disk")),
    cosmetic(4, "a helper is cached, too", "main.py", "    @traced\n    def by", "    @cache_on_disk\n    @traced\n    def by"),
    real(4, "another decorator", "tools.py", "@traced\ndef wrapped", "@functools.lru_cache()\ndef wrapped"),
    real(4, "a decorator that goes", "tools.py", "@traced\ndef wrapped", "def wrapped"),
    real(4, "a decorator's options", "tools.py", "@lru_cache(maxsize=8)", "@lru_cache(maxsize=9)"),
    real(4, "what a decorator does", "tools.py", "function(*args, **kwargs) * 1", "function(*args, **kwargs) * 2"),
    real(4, "a decorator of the method besides ours", "main.py", "    @cache_on_disk(version=1)\n", "    @cache_on_disk(version=1)\n    @traced\n"),
    real(4, "the class's decorator", "main.py", "@labelled\nclass Analyzer", "class Analyzer"),
    # 5: functions and modules
    cosmetic(5, "a helper moves to another module", "tools.py", "def offset(x):\n    return x - 1\n", "",
             ("config.py", "def count", "def offset(x):\n    return x - 1\n\n\ndef count"), ("tools.py", "from .config import GAIN", "from .config import offset, GAIN")),
    cosmetic(5, "an absolute import for a relative one", "tools.py", "from . import config", "from lab import config"),
    cosmetic(5, "an import by another module of ours", "main.py", "from .config import GAIN, Kind", "from .tools import GAIN\nfrom .config import Kind"),
    cosmetic(5, "the order of imports", "tools.py", "import functools\nimport math\n", "import math\nimport functools\n"),
    real(5, "a helper", "tools.py", "return x - 1", "return x - 2"),
    real(5, "a helper of a helper", "tools.py", "def deep(x):\n    return deeper(x) + 1", "def deep(x):\n    return deeper(x) + 2"),
    real(5, "another helper by the same name", "main.py", "from .tools import deep,", "from .config import count as deep\nfrom .tools import"),
    real(5, "another foreign function by the same name", "tools.py", "import statistics as st", "import fractions as st"),
    real(5, "another foreign module by the same name", "tools.py", "import math\n", "import cmath as math\n"),
    real(5, "a name that hides a builtin", "tools.py", "def unrelated(x)", "def sorted(x):\n    return x\n\n\ndef unrelated(x)"),
    real(5, "a function that is defined twice", "tools.py", "def unrelated(x)", "def deeper(x):\n    return 0\n\n\ndef unrelated(x)"),
    real(5, "a registered function", "tools.py", 'return "int"', 'return "integer"'),
    # 6: constants of modules
    cosmetic(6, "a constant's place", "config.py", "GAIN = 2.5\nMODES, SHIFT = 10, 3\n", "MODES, SHIFT = 10, 3\nGAIN = 2.5\n"),
    cosmetic(6, "a constant's spelling", "config.py", "GAIN = 2.5", "GAIN = 2.50  # gain"),
    cosmetic(6, "constants in one line", "config.py", "MODES, SHIFT = 10, 3", "MODES = 10\nSHIFT = 3"),
    cosmetic(6, "the order of a dictionary", "config.py", '{"b": 2, "a": 1}', '{"a": 1, "b": 2}'),
    cosmetic(6, "a counter that a function changes", "config.py", "    counter += 1", "    counter += 2"),
    real(6, "a number", "config.py", "GAIN = 2.5", "GAIN = 2.6"),
    real(6, "a number of two", "config.py", "MODES, SHIFT = 10, 3", "MODES, SHIFT = 10, 4"),
    real(6, "a number's type", "config.py", "STEP: int = 4", "STEP: int = 4.0"),
    real(6, "a dictionary's value", "config.py", '{"b": 2, "a": 1}', '{"b": 2, "a": 3}'),
    real(6, "a tuple", "config.py", "(1, 2, 3)", "(1, 3, 2)"),
    real(6, "an expression", "config.py", "[i * GAIN for", "[i + GAIN for"),
    real(6, "what an expression calls", "config.py", 'expanduser("~")', 'expanduser("~/data")'),
    real(6, "an item that is set later", "config.py", 'TABLE["x"] = 1', 'TABLE["x"] = 2'),
    real(6, "an update later", "config.py", "TABLE.update(y=2)", "TABLE.update(y=3)"),
    real(6, "a loop that fills", "config.py", 'in ("u", "v"):', 'in ("u", "w"):'),
    real(6, "a loop's statement", "config.py", "TABLE[key] = len(key)", "TABLE[key] = len(key) + 1"),
    real(6, "a statement from elsewhere", "config.py", "counter = 0", "counter = 0\nNAMES.clear()"),
    real(6, "a branch at the top", "config.py", 'SEPARATOR = ":"', 'SEPARATOR = ","'),
    real(6, "a condition at the top", "config.py", 'os.name == "nt"', 'os.name == "dos"'),
    real(6, "a member of an enumeration", "config.py", "FAST = 1", "FAST = 3"),
    cosmetic(6, "another member of an enumeration", "config.py", "SLOW = 2", "SLOW = 4"),
    # 7: the object
    cosmetic(7, "how an attribute that nobody reads is made", "main.py", "self.mode = mode", "self.mode = str(mode)"),
    cosmetic(7, "the order of attributes", "main.py", "self.nmodes = nmodes\n        self.start = first\n", "self.start = first\n        self.nmodes = nmodes\n"),
    real(7, "a method of a parent", "main.py", "return self.hook() + 1", "return self.hook() + 2"),
    real(7, "a method that overrides", "main.py", "return 5", "return 6"),
    real(7, "a method that now overrides", "main.py", "    def never(self)", "    def inherited(self):\n        return 0\n\n    def never(self)"),
    real(7, "a method that overrides no more", "main.py", "    def hook(self):\n        return 5\n", ""),
    real(7, "super()", "main.py", "return 10", "return 11"),
    real(7, "the order of parents", "main.py", "class Analyzer(Base, Mixin)", "class Analyzer(Mixin, Base)"),
    real(7, "a property", "main.py", "return self._ratio\n", "return self._ratio + 1\n"),
    real(7, "a property's setter", "main.py", "self._ratio = value * 2", "self._ratio = value * 3"),
    real(7, "a static method", "main.py", "return x + 100", "return x + 101"),
    real(7, "a class method", "main.py", "return cls.order + 1", "return cls.order + 2"),
    real(7, "a class's constant", "main.py", "order = 2", "order = 3"),
    real(7, "how an attribute is made", "main.py", "self.start = first", "self.start = first + 1"),
    real(7, "what an attribute is made from", "main.py", "start = nmodes * 2", "start = nmodes * 3"),
    real(7, "a function that makes an attribute", "tools.py", "total += item**power", "total += item**power + 1"),
    real(7, "an attribute's condition", "main.py", "if data is None", "if not data"),
    real(7, "an attribute that grows", "main.py", "self.parts.append(double(1))", "self.parts.append(double(2))"),
    real(7, "a method by its text", "main.py", "return 8", "return 9"),
    real(7, "__getattr__", "main.py", "return len(name)", "return len(name) + 1"),
    real(7, "an operator of the object", "main.py", "return 4", "return 5"),
    # 8: classes that are made
    cosmetic(8, "a docstring of a method", "machine.py", "    def weight(self):\n        return self.size", '    def weight(self):\n        """Heavy."""\n        return self.size'),
    cosmetic(8, "a class that is only asked for", "machine.py", "limit = 3", "limit = 4"),
    cosmetic(8, "a method of a class that is only asked for", "machine.py", "return self.limit", "return self.limit + 1"),
    cosmetic(8, "an exception that is only caught", "tools.py", "    code = 3", "    code = 4"),
    cosmetic(8, "a method of an exception that is only caught", "tools.py", 'return "mine"', 'return "yours"'),
    real(8, "__init__", "machine.py", "self.size = size", "self.size = size * 2"),
    real(8, "a method", "machine.py", "return self.size * self.unit", "return self.size + self.unit"),
    real(8, "a method that overrides", "machine.py", "return super().weight() + self.radius", "return super().weight() - self.radius"),
    real(8, "a class's constant", "machine.py", "    radius = 3", "    radius = 4"),
    real(8, "a parent's constant", "machine.py", "    unit = 1", "    unit = 2"),
    real(8, "an operator", "machine.py", "Part(self.size + other.size)", "Part(self.size - other.size)"),
    real(8, "a metaclass", "machine.py", "made.extra = 1", "made.extra = 2"),
    real(8, "a parent", "machine.py", "class Wheel(Part, metaclass=Meta)", "class Wheel(Setting, metaclass=Meta)",
         ("machine.py", "@dataclasses.dataclass\nclass Setting:\n    name: str\n    value: int = 5\n    hidden: dataclasses.InitVar[int] = 0\n\n    def level(self):\n        return self.value\n", ""),
         ("machine.py", "class Meta(type)", "class Setting(Part):\n    pass\n\n\nclass Meta(type)")),
    real(8, "a dataclass's decorator", "machine.py", "@dataclasses.dataclass\n", "@dataclasses.dataclass(order=True)\n"),
    real(8, "a dataclass's method", "machine.py", "return self.value", "return self.value + 1"),
    real(8, "which class is asked for", "main.py", "isinstance(total, Checked)", "isinstance(total, Part)"),
    # 9: closures, wrappers, imports inside
    cosmetic(9, "a local name of a closure's maker", "tools.py", "return function(*args, **kwargs) * 1", "return (function(*args, **kwargs)) * 1"),
    real(9, "a closure's function", "tools.py", "return x * factor + offset(x)", "return x * factor - offset(x)"),
    real(9, "a closure's number", "tools.py", "double = scaled(2)", "double = scaled(3)"),
    real(9, "a partial's argument", "tools.py", "partial(helper, power=1)", "partial(helper, power=3)"),
    real(9, "a partial's function", "tools.py", "partial(helper, power=1)", "partial(offset)"),
    real(9, "a lambda", "tools.py", "lambda x: x * x", "lambda x: x + x"),
    real(9, "what a foreign wrapper wraps", "tools.py", "return x * 7", "return x * 8"),
    real(9, "what our wrapper wraps", "tools.py", "return x * 5", "return x * 4"),
    real(9, "a function that is imported inside", "late.py", "return x * 3", "return x * 4"),
    real(9, "a file that is imported inside", "late.py", "return x * 4", "return x * 5"),
    cosmetic(9, "a docstring of a file that is imported inside", "late.py", '"""Imported by a function."""', '"""Late."""'),
    real(9, "an import of a file that is imported inside", "late.py", "def late(x)", "import math\n\n\ndef late(x)"),
    cosmetic(9, "the order of functions in a file that is imported inside", "late.py", "def other(x):\n    return x * 4\n", "", ("late.py", "def late", "def other(x):\n    return x * 4\n\n\ndef late")),
    cosmetic(9, "a comment in a file that is imported inside", "late.py", "def other", "# other\ndef other"),
]  # fmt: skip
