"""Which attributes of the object a method's code reads."""

from test_code_bad_input import load  # noqa: F401 (a fixture)

from cache_on_disk._code import parameters_read


def reads(load, body, more=""):  # noqa: F811
    module = load(
        f"class Base:\n    K = 1\n    def inherited(self):\n        return self.of_base\n{more}\nclass A(Base):\n"
        + body
    )
    return parameters_read(module.A.m, module.A)


def test_its_own(load):  # noqa: F811
    assert reads(load, "    def m(self):\n        return self.a + self.b * self.a\n") == ("a", "b")


def test_those_of_methods_and_properties_that_it_uses(load):  # noqa: F811
    body = """
    @property
    def shown(self):
        return self.of_property
    def other(self):
        return self.of_method
    def unused(self):
        return self.of_unused
    def m(self):
        return self.shown, self.other(), self.inherited(), super().inherited()
"""
    assert reads(load, body) == ("of_base", "of_method", "of_property")


def test_methods_are_none_and_classes_constants_are(load):  # noqa: F811
    assert reads(load, "    def other(self):\n        pass\n    def m(self):\n        return self.other, self.K\n") == (
        "K",
    )


def test_the_object_that_a_method_is_called_on(load):  # noqa: F811
    assert reads(
        load, "    def m(self):\n        return self.data.mean(), self.config.gain, self.config.n.bit_length()\n"
    ) == (
        "config.gain",
        "config.n",
        "data",
    )


def test_what_is_only_set_is_not_read(load):  # noqa: F811
    assert reads(load, "    def m(self):\n        self.a = self.b\n        self.c += 1\n") == ("b",)


def test_in_inner_functions_and_comprehensions(load):  # noqa: F811
    body = "    def m(self):\n        def inner():\n            return self.a\n        return [self.b for x in self.c], (lambda: self.d), inner\n"
    assert reads(load, body) == ("a", "b", "c", "d")


def test_by_text(load):  # noqa: F811
    assert reads(load, "    def m(self):\n        return getattr(self, 'a'), getattr(self.b, 'c', 3)\n") == (
        "a",
        "b",
        "b.c",
    )


def test_the_first_parameter_by_another_name(load):  # noqa: F811
    assert reads(load, "    def m(this, self=None):\n        return this.a, self.b\n") == ("a",)


def test_not_what_the_object_is_made_from(load):  # noqa: F811
    body = "    def __init__(self):\n        self.a = self.b\n    def m(self):\n        return self.a\n"
    assert reads(load, body) == ("a",)


def test_not_those_of_other_objects(load):  # noqa: F811
    more = "class Other:\n    def run(self):\n        return self.of_other\n"
    assert reads(load, "    def m(self):\n        return self.a, Other().run()\n", more) == ("a",)


def test_below_decorators(load):  # noqa: F811
    more = """
import functools
def logged(f):
    @functools.wraps(f)
    def call(*args):
        return f(*args)
    return call
def traced(f):
    return lambda *args: f(*args)
"""
    body = """
    @traced
    def other(self):
        return self.of_other
    @logged
    @traced
    def m(self):
        return self.a, self.other()
"""
    assert reads(load, body, more) == ("a", "of_other")
