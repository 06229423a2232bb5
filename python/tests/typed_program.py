"""Not run, but checked by mypy: a decorated method keeps its type."""

from typing import Dict

import numpy as np

from cache_on_disk import cache_on_disk, set_tag


class Analyzer:
    matrix: "np.ndarray[tuple[int, int], np.dtype[np.float64]]"  # whatever this numpy's stubs say of zeros()

    @cache_on_disk
    def modes(self, gain: float = 1.0) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
        return self.matrix

    @cache_on_disk(by_arguments=True, version=2)
    def psd(self, mode: int) -> Dict[str, float]:
        return {"power": mode * 2.0}

    @cache_on_disk
    async def slow(self) -> int:
        return 1

    @property
    @cache_on_disk
    def title(self) -> str:
        return "title"


async def use(analyzer: Analyzer) -> int:
    set_tag(analyzer, "T")
    power: float = analyzer.psd(mode=3)["power"]
    title: str = analyzer.title
    analyzer.psd("three")  # error: arg-type
    wrong: int = analyzer.title  # error: assignment
    analyzer.modes(1, 2)  # error: call-arg
    return await analyzer.slow() + int(power) + len(title) + wrong
