"""Makes quantities.txt: quantities and masked arrays as Python pickles them.

    python3 tests/pickle/make_quantities.py > tests/pickle/quantities.txt

It needs NumPy and astropy. A line is

    <name> TAB <pickle in hexadecimal> TAB <elements> TAB <unit, as astropy writes it, or mask>
"""

import binascii
import pickle

import numpy as np
from astropy import coordinates, units as u

quantities = {
    "meters": [1.0, 2.5] * u.m,
    "number": 3 * u.km / u.s,
    "kilometers": [1.0] * u.km,
    "speed": [4.0] * u.m / u.s,
    "flux": [1.5] * u.erg / u.s / u.cm**2,
    "scaled": u.Quantity([2.0], 1000 * u.kg),
    "per second": [7.0] / u.s,
    "none": [1.0] * u.dimensionless_unscaled,
    "percent": 12.5 * u.percent,
    "root": [2.0] * u.m**0.5,
    "third": [2.0] * u.m ** (u.m.decompose().powers[0] / 3),
    "magnitudes": [3.0] * u.mag,
    "AB magnitude": 20 * u.ABmag,
    "integers": u.Quantity(np.array([1, 2], "i4"), "m", dtype="i4"),
    "single": u.Quantity(np.array([1.5], "f4"), "s"),
    "angle": coordinates.Angle([1.0, 2.0], "deg"),
    "longitude": coordinates.Longitude([10.0], "deg"),
    "own unit": [1.0] * u.def_unit("span", 9 * u.cm),
    "complex": np.array([1 + 2j]) * u.V,
}
masked = {
    "masked floats": np.ma.array([1.5, 2.5, 3.5], mask=[False, True, False]),
    "masked integers": np.ma.array(np.array([1, 2], "i2"), mask=[True, False]),
    "no mask": np.ma.array([1.0, 2.0]),
    "masked text": np.ma.array(["a", "b"], mask=[True, False]),
}


def text(values):
    return " ".join(str(value) for value in np.ravel(values).tolist())


for name, value in quantities.items():
    seen = set()
    for protocol in range(6):
        data = pickle.dumps(value, protocol)
        if data not in seen:
            print(name, binascii.hexlify(data).decode(), text(value.value), value.unit.to_string(), sep="\t")
        seen.add(data)
for name, value in masked.items():
    for protocol in 0, 2, 5:
        print(
            name,
            binascii.hexlify(pickle.dumps(value, protocol)).decode(),
            text(value.data),
            text(np.ma.getmaskarray(value)),
            sep="\t",
        )
