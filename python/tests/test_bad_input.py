"""Bad input, trouble, and exceptions of the user's own."""

import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk, set_tag


class Plain:
    calls = 0

    @cache_on_disk
    def m(self):
        type(self).calls += 1
        return 1


def test_exceptions_pass_untouched(tagged, entries):
    class Failing:
        @cache_on_disk
        def m(self):
            raise KeyError("mine")

    failing = tagged(Failing())
    with pytest.raises(KeyError) as caught:
        failing.m()
    assert caught.value.__context__ is None and caught.value.__cause__ is None and not entries()


@pytest.mark.parametrize(
    "tag, error",
    [
        ("", ValueError),
        ("a/../b", ValueError),
        (".", ValueError),
        ("..", ValueError),
        ("a\0", ValueError),
        ("\udc80", ValueError),
        ("x" * 300, ValueError),
        ("/", ValueError),
        ([1], TypeError),
        (b"T", TypeError),
    ],
)
def test_bad_tags_are_refused_when_they_are_set(tag, error):
    plain = Plain()
    if tag in (".", ".."):
        cod.set_prefix(plain, "")
    with pytest.raises(error) as caught:
        set_tag(plain, tag)
    assert isinstance(caught.value, cod.CacheOnDiskError)


@pytest.mark.parametrize(
    "call, error",
    [
        (lambda: cod.set_tmpdir(Plain(), 3), TypeError),
        (lambda: cod.set_tmpdir(Plain(), ""), ValueError),
        (lambda: cod.set_prefix(Plain(), None), TypeError),
        (lambda: cod.set_trust(Plain(), "all"), ValueError),
        (lambda: cache_on_disk(version=-1), ValueError),
        (lambda: cache_on_disk(version="1"), TypeError),
        (lambda: cache_on_disk(writable=1), TypeError),
        (lambda: cache_on_disk(identity=""), ValueError),
        (lambda: cod.set_options(mode="no"), ValueError),
        (lambda: cod.set_options(nothing=1), TypeError),
        (lambda: cod.set_options(max_wait=-1), ValueError),
        (lambda: cod.warm(Plain(), workers=0), ValueError),
        (lambda: cod.put(Plain().m, 1), cod.TagNotSetException),
        (lambda: cod.put(print, 1), TypeError),
    ],
)
def test_bad_input_is_told_at_once(call, error):
    with pytest.raises(error) as caught:
        call()
    assert isinstance(caught.value, cod.CacheOnDiskError) and "cache_on_disk" in str(caught.value)


def test_trouble_with_the_directory_costs_no_value_and_is_told_once(tmp_path, messages):
    both = [Plain(), Plain()]
    cod.set_tmpdir(both, tmp_path / "file/below")
    (tmp_path / "file").write_text("")
    set_tag(both, "T")
    assert both[0].m() == 1 and both[1].m() == 1
    assert len(messages()) == 1 and str(tmp_path) in messages()[0]
