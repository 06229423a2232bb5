"""Sources of random numbers: each call gets one as it was computed, as it would without a cache, wherever the last one was left."""

import pickle
import random

import numpy as np
import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class OwnRandom(random.Random):
    pass


sources = {
    "random.Random": (lambda: random.Random(7), lambda r: r.random()),
    "a class derived from it": (lambda: OwnRandom(7), lambda r: r.gauss(0, 1)),
    "Generator": (lambda: np.random.default_rng(7), lambda r: r.random()),
    "Generator of another kind": (lambda: np.random.Generator(np.random.MT19937(7)), lambda r: r.integers(1 << 60)),
    "RandomState": (lambda: np.random.RandomState(7), lambda r: r.rand()),
    "BitGenerator": (lambda: np.random.PCG64(7), lambda r: r.random_raw()),
    "SeedSequence": (lambda: np.random.SeedSequence(7), lambda r: r.spawn(1)[0].generate_state(1)[0]),
}


@pytest.mark.parametrize("make, draw", sources.values(), ids=list(sources))
@pytest.mark.parametrize("by_arguments", [False, True])
def test_each_call_begins_where_the_computed_one_was(tagged, make, draw, by_arguments):
    class Simulation:
        @cache_on_disk(by_arguments=by_arguments)
        def noise(self):
            return make()

    right = make()
    first, second = draw(right), draw(right)
    for simulation in (tagged(Simulation()), tagged(Simulation())):  # computed, and from disk
        held = simulation.noise()
        for _ in range(3):
            one = simulation.noise()
            assert type(one) is type(right) and one is not held
            assert [draw(one), draw(one)] == [first, second]
        assert draw(held) == first
        assert (
            cod.explain(simulation.noise).state in ("memory", "by arguments")
            and not cod.explain(simulation.noise).uncached
        )


def test_one_that_was_drawn_from_before_goes_on_from_there(tagged):
    class Simulation:
        @cache_on_disk
        def noise(self):
            source = np.random.default_rng(7)
            source.random(5)
            return source

    simulation = tagged(Simulation())
    right = Simulation().noise().random()
    assert [simulation.noise().random() for _ in range(3)] == [right] * 3
    assert pickle.loads(pickle.dumps(simulation.noise())).random() == right
