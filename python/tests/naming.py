"""The names that arguments have in those of entries."""

from cache_on_disk import _core, cache_on_disk


@cache_on_disk(by_arguments=True)
def function(self, *args, **kwargs):
    pass


def name(*args, **kwargs):
    return _core.arguments_name(function, function, args, kwargs)


def all_differ(*values):
    names = {name(value): value for value in values}
    lost = [repr(value) for value in values if names[name(value)] is not value]
    assert not lost, f"{lost} have the names of others"
    return names
