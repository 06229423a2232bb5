"""Objects that change their class, and objects that come back to life."""

import gc
import weakref

import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk, explain, get_disk_cacher, set_tag


class Plain:
    def __init__(self, number=0):
        self.number = number

    @cache_on_disk
    def value(self):
        return [self.hook(), self.number]

    @cache_on_disk(by_arguments=True)
    def at(self, x):
        return (self.hook(), x)

    @property
    @cache_on_disk
    def attribute(self):
        return self.hook()

    @cache_on_disk(inherit=True)
    def shared(self):
        return "any class"

    @cache_on_disk
    def array(self):
        import numpy as np

        return np.full(3, ord(self.hook()))

    def hook(self):
        return "p"


class Derived(Plain):
    def hook(self):
        return "d"


class Other(Plain):
    def hook(self):
        return "o"

    @cache_on_disk
    def value(self):
        return ["own", *super().value()]


class Unrelated:
    @cache_on_disk
    def value(self):
        return "unrelated"


def everything(obj):
    return obj.value(), obj.at(1), obj.at(x=2), obj.attribute, obj.shared(), obj.array().tolist()


def right(hook, value=None):
    return value or [hook, 0], (hook, 1), (hook, 2), hook, "any class", [ord(hook)] * 3


def test_a_changed_class_before_the_first_call_stores_as_the_new_class(tagged):
    changed = tagged(Plain())
    changed.__class__ = Derived
    assert everything(changed) == right("d")
    assert everything(tagged(Plain())) == right("p") and everything(tagged(Derived())) == right("d")


def test_a_changed_class_means_other_values_in_memory(tagged):
    obj = tagged(Plain())
    for cls, hook, value in (
        (Plain, "p", None),
        (Derived, "d", None),
        (Other, "o", ["own", "o", 0]),
        (Plain, "p", None),
    ):
        obj.__class__ = cls
        assert everything(obj) == everything(obj) == right(hook, value)
        assert explain(obj.value).state == "memory"
        assert get_disk_cacher(obj, "value")._tag == "T"
    assert everything(tagged(Other())) == right("o", ["own", "o", 0]) and everything(tagged(Plain())) == right("p")


def test_a_class_changed_while_the_function_runs_keeps_nothing_for_the_new_one(tagged):
    obj = tagged(Plain())

    class Changing(Plain):
        def hook(self):
            self.__class__ = Derived
            self.at(3)
            return "c"

    obj.__class__ = Changing
    assert obj.value() == ["c", 0] and obj.value() == ["d", 0]


def test_a_class_that_has_the_address_of_one_that_died_is_another(tagged):
    obj = tagged(Plain())
    for i in range(50):
        cls = type("Made", (Plain,), {"hook": lambda self, i=i: f"made{i}", "__module__": f"m{i}"})
        obj.__class__ = cls
        assert obj.value() == [f"made{i}", 0]
        obj.__class__ = Plain
        reference = weakref.ref(cls)
        del cls
        gc.collect()
        assert obj.value() == ["p", 0]
    gc.collect()
    assert reference() is None, "the cache keeps a class alive that no object has"


def test_an_object_without_the_method_in_its_class_is_not_cached(tagged):
    obj = tagged(Plain())
    obj.value()
    obj.__class__ = Unrelated
    assert obj.value() == "unrelated" and obj.value() == "unrelated"
    assert Plain.shared(obj) == "any class"


def test_classes_made_for_a_while_leave_nothing(tagged):
    def churn():
        for _ in range(30):
            cls = type("Made", (Plain,), {})
            tagged(cls()).value()

    churn()
    gc.collect()
    before = len(gc.get_objects())
    churn()
    gc.collect()
    assert len(gc.get_objects()) - before < 20 and not [c for c in Plain.__subclasses__() if c.__name__ == "Made"]


saved = []


def reviving(within_class):
    class Reviving:
        keep = None

        def __init__(self, number):
            self.number, self.me = number, self

        @cache_on_disk
        def value(self):
            return self.number

        @cache_on_disk
        def holds(self):
            return lambda: self.number

        def __del__(self):
            saved.append(self)

    if within_class:
        Reviving.keep = [Reviving]
    return Reviving


@pytest.mark.parametrize("class_dies", [True, False])
@pytest.mark.parametrize("through_a_cycle", [True, False])
def test_an_address_used_again_after_a_life_after_death_means_nothing(tagged, class_dies, through_a_cycle):
    saved.clear()
    cls = reviving(class_dies)
    obj = tagged(cls(1))
    assert obj.value() == 1 and obj.holds()() == 1
    if not through_a_cycle:
        obj.me = None
    if class_dies:
        del cls
    del obj
    gc.collect()
    obj = saved.pop()
    obj.number = 5
    cls, address = type(obj), id(obj)
    if through_a_cycle:
        assert obj.value() == 5, "it has no tag any more"
    obj.me = None
    del obj
    gc.collect()
    saved.clear()
    for _ in range(1000):
        fresh = cls(2)
        fresh.me = None
        assert fresh.value() == 2, "this object has no tag"
        if id(fresh) == address:
            break
        saved.clear()
    saved.clear()


def test_a_revived_object_can_be_tagged_again(tagged):
    saved.clear()
    obj = tagged(reviving(False)(1))
    obj.value()
    del obj
    gc.collect()
    obj = tagged(saved.pop(), "second")
    obj.number = 3
    assert obj.value() == 3 and get_disk_cacher(obj, "value")._tag == "second"
    obj.me = None
    set_tag(obj, None)
    saved.clear()


def test_a_mode_set_at_run_time_holds_in_memory(tagged):
    obj, second = tagged(Plain(1)), tagged(Plain(1))
    assert obj.value() == second.value() == ["p", 1] and obj.array().tolist() == [112] * 3
    obj.at(1)
    obj.hook = second.hook = lambda: "n"
    cod.set_options(mode="off")
    assert everything(obj) == (["n", 1], ("n", 1), ("n", 2), "n", "any class", [110] * 3)
    obj.number = 2
    assert obj.value() == ["n", 2] and get_disk_cacher(obj, "value").execute() == ["n", 2]
    cod.set_options(mode="readonly")
    assert obj.value() == ["p", 1] and obj.at(1) == ("p", 1)
    cod.set_options(mode="refresh")
    assert obj.value() == ["n", 2] and obj.at(1) == ("n", 1) and obj.array().tolist() == [110] * 3
    obj.number = 3
    assert obj.value() == ["n", 2], "each entry once"
    assert second.value() == ["n", 2], "what it had in memory was older"
    cod.set_options(mode="on")
    assert obj.value() == second.value() == tagged(Plain()).value() == ["n", 2]
    cod.set_options(mode="refresh")
    assert obj.value() == ["n", 3], "asked for once more"


def test_a_mode_set_at_run_time_holds_for_what_cannot_be_stored(tagged):
    class Local:
        number = 1

        @cache_on_disk
        def f(self):
            return lambda number=self.number: number

    obj = tagged(Local())
    assert obj.f()() == 1
    obj.number = 2
    cod.set_options(mode="off")
    assert obj.f()() == 2
    cod.set_options(mode="refresh")
    obj.number = 3
    assert obj.f()() == 3
    obj.number = 4
    assert obj.f()() == 3
