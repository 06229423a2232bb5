"""What help systems and other tools make of a cached method."""

import asyncio
import doctest
import inspect
import pydoc
import sys

import numpy as np
import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Looks:
    """An analyzer."""

    @cache_on_disk
    def modes(self, gain: float = 1.0) -> np.ndarray:
        """The modes.

        >>> Looks().modes(2.0).tolist()
        [2.0, 2.0]
        """
        return np.full(2, gain)

    @cache_on_disk(by_arguments=True)
    async def slow(self, *, speed: int) -> int:
        """Slowly."""
        return speed

    @property
    @cache_on_disk
    def title(self) -> str:
        """The title."""
        return "title"


def test_help_shows_signature_and_docstring():
    text = pydoc.plain(pydoc.render_doc(Looks))
    for line in (
        "modes(self, gain: float = 1.0)",
        "The modes.",
        "slow(self, *, speed: int) -> int",
        "Slowly.",
        "The title.",
    ):
        assert line in text
    assert "modes(gain: float = 1.0)" in pydoc.plain(pydoc.render_doc(Looks().modes))
    assert "The modes." in pydoc.plain(pydoc.render_doc(Looks.modes))


def test_inspect_finds_source_and_kind():
    assert "np.full(2, gain)" in inspect.getsource(Looks.modes)
    assert inspect.getsourcelines(Looks().modes)[1] == inspect.getsourcelines(Looks.modes)[1]
    assert inspect.isroutine(Looks.modes) and inspect.ismethod(Looks().modes) and callable(Looks.modes)
    # Before Python 3.12, inspect takes nothing but plain functions for coroutine functions.
    is_coroutine_function = inspect.iscoroutinefunction if sys.version_info >= (3, 12) else asyncio.iscoroutinefunction
    assert is_coroutine_function(Looks.slow) and not is_coroutine_function(Looks.modes)
    assert inspect.signature(Looks.modes) == inspect.signature(Looks.modes.__wrapped__)
    assert Looks.modes.__annotations__ == {"gain": float, "return": np.ndarray}
    assert {name for name, _ in inspect.getmembers(Looks, inspect.isroutine)} >= {"modes", "slow"}
    assert "Looks.modes" in repr(Looks.modes) and "Looks.modes" in repr(Looks().modes)


def test_doctest_finds_the_examples():
    names = [
        test.name
        for test in doctest.DocTestFinder().find(Looks, "Looks", module=sys.modules[__name__])
        if test.examples
    ]
    assert names == ["Looks.modes"]


def test_ipython_shows_what_it_shows_of_a_function(tagged):
    pytest.importorskip("IPython", reason="IPython is not installed")
    from IPython.core.interactiveshell import InteractiveShell

    inspector = InteractiveShell.instance().inspector
    for obj, signature in ((Looks.modes, "(self, gain: float = 1.0)"), (Looks().modes, "(gain: float = 1.0)")):
        info = inspector.info(obj, oname="modes", detail_level=1)
        assert "np.full(2, gain)" in info["source"]
        info = inspector.info(obj, oname="modes")
        assert info["docstring"].startswith("The modes.")
        assert info["file"] == __file__ and info["definition"].replace("\n", "").startswith("modes" + signature)


def test_reports_have_a_view_for_notebooks(tagged):
    looks = tagged(Looks())
    looks.modes()
    for report, words in (
        (cod.explain(looks), ("memory", "by arguments", "root.Looks.modes")),
        (cod.explain(looks.modes), ("memory", "npy")),
        (cod.statistics(looks), ("Looks.modes", "total")),
        (cod.statistics(looks.modes), ("Looks.modes",)),
        (cod.clear_cache(looks), ("1 file deleted",)),
    ):
        html = report._repr_html_()
        assert (
            html.startswith(("<table>", "<pre>"))
            and html.count("<tr>") == html.count("</tr>")
            and all(word in html for word in words)
        )
        assert str(report)
