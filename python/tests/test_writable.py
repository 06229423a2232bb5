"""A value of one's own for each call: a private mapping where that is possible, else a copy; never an error."""

import os
import threading

import numpy as np
import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Camera:
    addresses: list = []
    calls = 0

    @cache_on_disk(writable=True)
    def image(self):
        self.calls += 1
        image = np.arange(250_000.0).reshape(500, 500)
        self.addresses.append(image.__array_interface__["data"][0])
        return image

    @cache_on_disk(writable=True)
    def table(self):
        return np.zeros(100_000, [("x", "f4"), ("y", "f8")])

    @cache_on_disk(writable=True, by_arguments=True)
    def frame(self, number):
        return np.full(140_000, float(number))


def address(array):
    return array.__array_interface__["data"][0]


def mapped_privately(array):
    with open("/proc/self/maps") as maps:
        for line in maps:
            begin, end = (int(part, 16) for part in line.split()[0].split("-"))
            if begin <= address(array) < end:
                return line.split()[1] == "rw-p" and line.rstrip().endswith(".npy")
    return False


def test_a_large_array_is_a_private_mapping_for_each_call(tagged):
    camera = tagged(Camera())
    camera.image()
    one, other = camera.image(), camera.image()
    assert mapped_privately(one) and mapped_privately(other) and address(one) != address(other)
    one[:] = 7
    one.shape = (250_000,)
    assert other[0, 1] == 1 and camera.image()[0, 1] == 1 and camera.calls == 1
    assert tagged(Camera()).image()[0, 1] == 1
    camera.table()
    assert mapped_privately(camera.table()) and mapped_privately([camera.frame(3), camera.frame(3)][1])
    camera.table().dtype.names = ("p", "q")
    assert camera.table().dtype.names == ("x", "y")


def test_the_first_call_gets_what_the_function_made(tagged):
    camera = tagged(Camera())
    first = camera.image()
    assert address(first) == camera.addresses[-1] and first.flags.writeable
    first[:] = 7
    assert camera.image()[0, 1] == 1 and camera.calls == 1


@pytest.mark.parametrize(
    "change", [os.remove, lambda path: os.replace(path + ".other", path), lambda path: os.rename(path, path + ".old")]
)
def test_where_the_file_is_gone_or_another_the_array_is_copied(tagged, tmp_path, change):
    camera = tagged(Camera())
    camera.image()
    camera.image()
    path = str(tmp_path / "cacheT/root.Camera.image.npy")
    with open(path + ".other", "wb") as file:
        file.write(bytes(os.path.getsize(path)))
    change(path)
    got = camera.image()
    assert not mapped_privately(got) and got.flags.writeable and got[0, 1] == 1 and camera.calls == 1


def test_what_cannot_be_stored_is_computed_once_and_copied(tagged):
    camera = tagged(Camera())
    cod.set_options(mode="readonly")
    camera.image()[:] = 7
    assert camera.image()[0, 1] == 1 and camera.calls == 1 and camera.image().flags.writeable


class NoCopies:
    def __deepcopy__(self, memo):
        raise RuntimeError("no copies of me")


class Falling:
    """Fails from the second copy on."""

    copies = 0

    def __reduce__(self):
        raise TypeError("no pickles of me")

    def __deepcopy__(self, memo):
        Falling.copies += 1
        if Falling.copies > 1:
            raise OSError("no more")
        return self


@pytest.mark.parametrize(
    "make",
    [
        lambda: [threading.Lock()],
        lambda: {"a": 1}.keys(),
        NoCopies,
        Falling,
        lambda: (1, memoryview(b"a")),
        lambda: np.array([threading.Lock()], dtype=object),
    ],
)
def test_what_cannot_be_copied_is_given(tagged, make):
    class Maker:
        @cache_on_disk(writable=True)
        def get(self):
            return make()

    maker = tagged(Maker())
    kind = type(make())
    assert all(type(maker.get()) is kind for _ in range(4))
    cod.set_writable(maker, False)
    assert type(maker.get()) is kind
