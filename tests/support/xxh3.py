"""XXH3-128 of the xxHash project, seed 0, written from its specification: a test asks it, not the library, what a hash is."""

import struct

_secret = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
    "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
    "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
    "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
    "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
    "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
)
_p32 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D
_p64 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
_all = 2**64 - 1


def _read(data, at, size=8):
    return int.from_bytes(data[at : at + size], "little")


def _key(at, size=8):
    return _read(_secret, at, size)


def _avalanche(h):
    h = (h ^ h >> 37) * 0x165667919E3779F9 & _all
    return h ^ h >> 32


def _avalanche_64(h):
    h = (h ^ h >> 33) * _p64[1] & _all
    h = (h ^ h >> 29) * _p64[2] & _all
    return h ^ h >> 32


def _swap(value, size):
    return int.from_bytes(value.to_bytes(size, "little"), "big")


def _fold(a, b):
    product = a * b
    return product & _all ^ product >> 64


def _up_to_16(data):
    n = len(data)
    if n == 0:
        return _avalanche_64(_key(64) ^ _key(72)), _avalanche_64(_key(80) ^ _key(88))
    if n < 4:
        low = data[0] << 16 | data[n >> 1] << 24 | data[-1] | n << 8
        high = _swap(low, 4)
        high = (high << 13 | high >> 19) & 0xFFFFFFFF
        return _avalanche_64(low ^ _key(0, 4) ^ _key(4, 4)), _avalanche_64(high ^ _key(8, 4) ^ _key(12, 4))
    if n < 9:
        word = _read(data, 0, 4) + (_read(data, n - 4, 4) << 32)
        product = (word ^ _key(16) ^ _key(24)) * (_p64[0] + (n << 2))
        low, high = product & _all, product >> 64
        high = high + (low << 1) & _all
        low ^= high >> 3
        low = (low ^ low >> 35) * 0x9FB21C651E98DF25 & _all
        return low ^ low >> 28, _avalanche(high)
    first, last = _read(data, 0), _read(data, n - 8)
    product = (first ^ last ^ _key(32) ^ _key(40)) * _p64[0]
    low, high = (product & _all) + ((n - 1) << 54) & _all, product >> 64
    last ^= _key(48) ^ _key(56)
    high = high + last + (last & 0xFFFFFFFF) * (_p32[1] - 1) & _all
    low ^= _swap(high, 8)
    product = low * _p64[1]
    return _avalanche(product & _all), _avalanche((product >> 64) + high * _p64[1] & _all)


def _mix_16(data, at, key):
    return _fold(_read(data, at) ^ _key(key), _read(data, at + 8) ^ _key(key + 8))


def _mix_32(low, high, data, one, two, key):
    low = low + _mix_16(data, one, key) & _all ^ (_read(data, two) + _read(data, two + 8) & _all)
    high = high + _mix_16(data, two, key + 16) & _all ^ (_read(data, one) + _read(data, one + 8) & _all)
    return low, high


def _up_to_240(data):
    n = len(data)
    low, high = n * _p64[0] & _all, 0
    if n <= 128:
        for i in range((n - 1) // 32, -1, -1):
            low, high = _mix_32(low, high, data, 16 * i, n - 16 * (i + 1), 32 * i)
    else:
        for i in range(32, 160, 32):
            low, high = _mix_32(low, high, data, i - 32, i - 16, i - 32)
        low, high = _avalanche(low), _avalanche(high)
        for i in range(160, n + 1, 32):
            low, high = _mix_32(low, high, data, i - 32, i - 16, 3 + i - 160)
        low, high = _mix_32(low, high, data, n - 16, n - 32, 136 - 17 - 16)
    mixed = low * _p64[0] + high * _p64[3] + n * _p64[1] & _all
    return _avalanche(low + high & _all), -_avalanche(mixed) & _all


def _accumulate(sums, data, at, key):
    words = struct.unpack_from("<8Q", data, at)
    for i, word in enumerate(words):
        keyed = word ^ _key(key + 8 * i)
        sums[i ^ 1] = sums[i ^ 1] + word & _all
        sums[i] = sums[i] + (keyed & 0xFFFFFFFF) * (keyed >> 32) & _all


def _merge(sums, key, start):
    for i in range(4):
        start += _fold(sums[2 * i] ^ _key(key + 16 * i), sums[2 * i + 1] ^ _key(key + 16 * i + 8))
    return _avalanche(start & _all)


def _longer(data):
    n = len(data)
    sums = [_p32[2], _p64[0], _p64[1], _p64[2], _p64[3], _p32[1], _p64[4], _p32[0]]
    stripes = (n - 1) // 64
    for stripe in range(stripes):
        _accumulate(sums, data, 64 * stripe, 8 * (stripe % 16))
        if stripe % 16 == 15 and stripe < (n - 1) // 1024 * 16:
            sums = [((s ^ s >> 47) ^ _key(128 + 8 * i)) * _p32[0] & _all for i, s in enumerate(sums)]
    _accumulate(sums, data, n - 64, 192 - 64 - 7)
    return _merge(sums, 11, n * _p64[0] & _all), _merge(sums, 192 - 64 - 11, ~(n * _p64[1]) & _all)


def xxh3_128(data):
    """The hash as 32 digits, its high half first."""
    low, high = (_up_to_16 if len(data) <= 16 else _up_to_240 if len(data) <= 240 else _longer)(bytes(data))
    return f"{high:016x}{low:016x}"
