"""Stands for the package where it is not built: its decorator, which caches nothing."""


def cache_on_disk(function=None, **options):
    return function if function is not None else (lambda decorated: decorated)
