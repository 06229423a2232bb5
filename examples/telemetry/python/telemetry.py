#!/usr/bin/env python3
"""The Python twin: opens the cache that the C++ program filled, adds a method of its own, and draws what it finds.

    telemetry.py TAG [--rate HZ] [--output telemetry.png]

Nothing of the analysis is written again here: the classes only say which values there are. An entry is found by its name,
``<path of the object>.<Class>.<method>``, so their names are those of the C++ classes.
"""

import argparse
import time

import numpy as np

from cache_on_disk import cache_on_disk, explain, set_tag, statistics


class NotStored(Exception):
    """Only the C++ program computes this value."""


def from_the_other_program(method):
    """A cached method that has nothing but its name."""

    def missing(self):
        raise NotStored(f"{method.__qualname__} is not stored under this tag: run the C++ program first")

    missing.__qualname__, missing.__name__, missing.__doc__ = method.__qualname__, method.__name__, method.__doc__
    return cache_on_disk(missing)


class Covariance:
    @from_the_other_program
    def matrix(self):
        """Covariance of the slopes: an array on the very file that the C++ program wrote."""

    @cache_on_disk
    def correlation(self):
        """Correlation of the slopes: what this program adds to the cache."""
        sigma = np.sqrt(np.diag(self.matrix()))
        sigma[sigma == 0] = 1
        return self.matrix() / np.outer(sigma, sigma)


class Spectrum:
    @from_the_other_program
    def psd(self):
        """Mean power spectrum over a band of modes."""


class LoopSpectrum(Spectrum):
    def __init__(self):
        self.open_loop = Spectrum()


class Analyzer:
    def __init__(self, bands=16):
        self.covariance = Covariance()
        self.spectra = [LoopSpectrum() for _ in range(bands)]


def is_stored(method):
    return explain(method).state in ("disk", "memory")


def draw(analyzer, rate, output):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (spectra, matrices) = pyplot.subplots(1, 2, figsize=(13, 5.5), layout="constrained")
    for number, spectrum in enumerate(s for s in analyzer.spectra if is_stored(s.psd)):
        color = f"C{number % 10}"
        for part, style, what in ((spectrum, "-", "residual"), (spectrum.open_loop, ":", "open loop")):
            if is_stored(part.psd):
                psd = part.psd()
                frequencies = np.linspace(0, rate / 2, len(psd))
                spectra.loglog(frequencies[1:], psd[1:], style, color=color, label=f"band {number + 1}, {what}")
    spectra.set(xlabel="frequency [Hz]", ylabel="power spectral density [rad²/Hz]", title="Modes by bands")
    spectra.legend(fontsize="small")
    image = matrices.imshow(analyzer.covariance.correlation(), cmap="RdBu_r", vmin=-1, vmax=1)
    matrices.set(title="Covariance of the slopes, normalised", xlabel="slope", ylabel="slope")
    figure.colorbar(image, ax=matrices)
    figure.savefig(output, dpi=110)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tag", help="what the C++ program prints as its cache tag")
    parser.add_argument("--rate", type=float, default=1000.0, help="samples per second (default: %(default)g)")
    parser.add_argument("--output", default="telemetry.png", help="the picture (default: %(default)s)")
    options = parser.parse_args()

    analyzer = Analyzer()
    set_tag(analyzer, options.tag)
    begin = time.perf_counter()
    try:
        correlation = analyzer.covariance.correlation()
    except NotStored as error:
        parser.exit(1, f"{error}\n")
    print(f"correlation of {len(correlation)} slopes in {1e3 * (time.perf_counter() - begin):.1f} ms")
    try:
        draw(analyzer, options.rate, options.output)
        print(f"drawn into {options.output}")
    except ImportError:
        print("no picture: matplotlib is not installed")
    print(statistics(analyzer))


if __name__ == "__main__":
    main()
