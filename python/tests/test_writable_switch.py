"""CACHE_ON_DISK_WRITABLE, which is read when a function is decorated."""

import pytest

from cache_on_disk import cache_on_disk


@pytest.mark.parametrize(
    "text, writable",
    [
        ("", False),
        ("0", False),
        ("false", False),
        ("False", False),
        ("no", False),
        ("OFF", False),
        ("1", True),
        ("true", True),
        ("Yes", True),
        ("on", True),
    ],
)
def test_what_the_variable_says_holds(tagged, messages, monkeypatch, text, writable):
    monkeypatch.setenv("CACHE_ON_DISK_WRITABLE", text)

    class Rows:
        @cache_on_disk
        def rows(self):
            return [[1, 2], [3]]

    rows = tagged(Rows())
    rows.rows()[0][0] = 9
    assert (rows.rows()[0][0] == 1) == writable and not messages()


def test_a_word_that_is_not_known_is_told_once(messages, monkeypatch):
    monkeypatch.setenv("CACHE_ON_DISK_WRITABLE", "please")
    for _ in range(2):
        cache_on_disk(lambda self: 1)
    assert len(messages()) == 1 and "CACHE_ON_DISK_WRITABLE=please" in messages()[0]
