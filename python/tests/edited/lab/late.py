"""Imported by a function."""


def late(x):
    return x * 3


def other(x):
    return x * 4
