"""Calls of what Python itself has, for make_calls.py."""

import _codecs
import collections
import copyreg
import decimal
import fractions
import uuid
from datetime import date, datetime, time, timedelta, timezone

UNREAD = "-"  # Python converts what we refuse to

FOREIGN = fractions.Fraction  # a class that the reader knows nothing about


class Call:
    """Pickled as a call of something, and the state that the result is given."""

    def __init__(self, callable, *arguments, state=None):
        self.reduced = (callable, arguments) if state is None else (callable, arguments, state)

    def __reduce__(self):
        return self.reduced


def plain():
    for type_, value, other in [(bool, True, 1), (int, 5, 1.5), (float, 1.5, 2), (str, "a", 7)]:
        name = type_.__name__
        yield name + "()", Call(type_)
        yield name + " of its own", Call(type_, value)
        yield name + " of another", Call(type_, other), UNREAD
        yield name + " of two", Call(type_, value, other), UNREAD
    for arguments in [(), (1,), (1, 2.5), (1j,), (True, 1), ("1",), (1, "1"), (1, 2, 3), (2**70,)]:
        unread = arguments in [(True, 1), ("1",), (2**70,)]
        yield "complex%r" % (arguments,), Call(complex, *arguments), UNREAD if unread else None
    for type_ in bytes, bytearray:
        for arguments in [
            (),
            (b"a",),
            ("\xe9", "latin-1"),
            ("\xe9", "latin1"),
            (bytearray(b"a"),),
            ("a", "utf-8"),
            (3,),
            ("\u20ac", "latin-1"),
            (b"a", "latin-1"),
            ("a",),
            (1, 2, 3),
        ]:
            unread = arguments in [("a", "utf-8"), (3,)]
            yield "%s%r" % (type_.__name__, arguments), Call(type_, *arguments), UNREAD if unread else None
    for arguments in [
        ("a", "latin1"),
        ("\xe9", "latin-1"),
        ("\u20ac", "latin1"),
        (b"a", "latin1"),
        ("a", "utf-8"),
        ("a",),
        ("a", "latin1", "strict", 4),
    ]:
        unread = arguments in [("a", "utf-8"), ("a",)]
        yield "encode%r" % (arguments,), Call(_codecs.encode, *arguments), UNREAD if unread else None
    for arguments in [(3,), (1, 9), (1, 9, 2), (9, 1, -3), (1, 2, 0), (1.5,), (None, 2), (), (1, 2, 3, 4), (0, 2**70)]:
        yield "range%r" % (arguments,), Call(range, *arguments)
    for arguments in [(1,), (None, 2, "a"), (1, 2), (), (1, 2, 3, 4)]:
        yield "slice%r" % (arguments,), Call(slice, *arguments)
    yield "object", Call(object), "builtins.object()"
    yield "object of one", Call(object, 1)
    yield "no callable", Call(len, 5), "builtins.len(5)"
    yield "Decimal", decimal.Decimal("1.50"), "decimal.Decimal('1.50')"
    yield "Fraction", [fractions.Fraction(1, 3)], "[fractions.Fraction(1, 3)]"
    yield "UUID", uuid.UUID(int=5), "<uuid.UUID() state={'int': 5}>"


def containers():
    items = [
        (),
        ([1, 2],),
        ((1, 2),),
        ({1},),
        (frozenset([1]),),
        (collections.deque([1]),),
        ([[1]],),
        (5,),
        ([1], [2]),
        ({1: 2},),
    ]
    for type_ in list, tuple, set, frozenset, collections.deque:
        for arguments in items:
            unread = arguments == ({1: 2},) or (type_ is collections.deque and arguments == ([1], [2]))
            yield "%s%r" % (type_.__name__, arguments), Call(type_, *arguments), UNREAD if unread else None
    for type_ in dict, collections.OrderedDict, collections.Counter:
        for arguments in [
            (),
            ([(1, 2)],),
            (([1, 2], [3, 4]),),
            ({1: 2},),
            (collections.OrderedDict([(1, 2)]),),
            ([(1,)],),
            ([5],),
            ([([], 1)],),
            (5,),
            ({}, {}),
        ]:
            expected = None
            if type_ is collections.Counter and arguments and not isinstance(arguments[0], dict):
                expected = UNREAD
            elif type_ is collections.OrderedDict and len(arguments) == 1:  # printed as by Python 3.12
                expected = {
                    "[(1, 2)]": "OrderedDict({1: 2})",
                    "([1, 2], [3, 4])": "OrderedDict({1: 2, 3: 4})",
                    "{1: 2}": "OrderedDict({1: 2})",
                }.get(repr(arguments[0]).replace("OrderedDict([(1, 2)])", "{1: 2}"))
            yield "%s%r" % (type_.__name__, arguments), Call(type_, *arguments), expected
    for arguments in [(), (list,), (None, {1: 2}), (list, [(1, 2)]), (dict, {}), (5,), (list, 5), (list, {}, {})]:
        yield "defaultdict%r" % (arguments,), Call(collections.defaultdict, *arguments)
    for arguments in [([1], 3), ([1], None), ([1], -1), ([1], "a"), ([], 2, 3), (5, 2)]:
        yield "deque%r" % (arguments,), Call(collections.deque, *arguments)


def dates():
    hour = timezone(timedelta(hours=1))
    named = timezone(timedelta(hours=-5, minutes=-30), "here")
    for type_, all_arguments in [
        (
            date,
            [
                (2024, 4, 10),
                (2024, 2, 29),
                (2023, 2, 29),
                (2024, 4),
                (2024, 4, 10, 1),
                (b"\x07\xe8\x04\x0a",),
                (b"abc",),
                (b"\x07\xe8\x0d\x0a",),
                (b"\x07\xe8\x04\x0a", None),
                (),
                (-1, 1, 1),
                (1.5, 1, 1),
                (2**31, 1, 1),
                ("\u20ac",),
            ],
        ),
        (
            time,
            [
                (1, 2, 3, 4),
                (1,),
                (25,),
                (1, 60),
                (1, 2, 3, 4, timezone.utc),
                (1, 2, 3, 4, hour),
                (1, 2, 3, 4, 5),
                (1, 2, 3, 10**6),
                (b"\1\2\3\0\0\4", named),
                (b"\1\2\3\0\0\4",),
                (b"\x19\2\3\0\0\4",),
                (b"\1\2\3",),
                (b"\1\2\3\0\0\4", 5),
                (b"\1\2\3\0\0\4", None, None),
            ],
        ),
        (
            datetime,
            [
                (2024, 4, 10),
                (2024, 4, 10, 1, 2, 3, 4),
                (2024, 4, 10, 1, 2, 3, 4, timezone.utc),
                (2024, 4, 10, 1, 2, 3, 4, named),
                (2024, 4, 10, 1, 2, 3, 4, 5),
                (2024, 4),
                (2024, 13, 1),
                (2024, 4, 10, 24),
                (2024, 4, 10, 1, 2, 3, 4, None),
                ("a",),
                (),
                (b"\x07\xe8\x04\x0a\1\2\3\0\0\4", hour),
                (b"\x07\xe8\x04\x0a\1\2\3\0\0\4", 5),
                (b"\x07\xe8\x04\x0a\1\2\3\0\0\4",),
                (b"\x07\xe8\x04\x0a\x19\2\3\0\0\4",),
            ],
        ),
    ]:
        for arguments in all_arguments:
            late = arguments == (b"\x07\xe8\x04\x0a\x19\2\3\0\0\4",)  # 25 o'clock, which Python reads all the same
            yield "%s%r" % (type_.__name__, arguments), Call(type_, *arguments), UNREAD if late else None
    for arguments in [
        (),
        (1,),
        (1, 2, 3),
        (0, -1),
        (0, 86400),
        (0, 0, -1),
        (10**9,),
        (-999999999,),
        (1, "2"),
        (10**16,),
        (1, 2, 3, 4),
        (1.5,),
    ]:
        unread = arguments in [(1, 2, 3, 4), (1.5,)]
        yield "timedelta%r" % (arguments,), Call(timedelta, *arguments), UNREAD if unread else None
    for arguments in [
        (timedelta(0),),
        (timedelta(hours=1), "CET"),
        (timedelta(1),),
        (timedelta(-1),),
        (timedelta(-1, 1),),
        (5,),
        (timedelta(0), 5),
        (),
        (timedelta(0), "a", "b"),
    ]:
        yield "timezone%r" % (arguments,), Call(timezone, *arguments)
    yield "timezone.utc by name", b"\x80\x04\x8c\x08datetime\x8c\x0ctimezone.utc\x93."


def constructors():
    """What copyreg calls: by name in protocols 0 and 1 only, as the others have opcodes for it."""
    new, new_ex, reconstruct = copyreg.__newobj__, copyreg.__newobj_ex__, copyreg._reconstructor
    yield "__newobj__(list)", Call(new, list)
    yield "__newobj__(int, 5)", Call(new, int, 5)
    yield "__newobj__(object)", Call(new, object), "builtins.object()"
    yield "__newobj__(Decimal)", Call(new, decimal.Decimal, "2.5"), "decimal.Decimal('2.5')"
    yield "__newobj__()", Call(new)
    yield "__newobj__(3)", Call(new, 3)
    yield "__newobj_ex__ of int", Call(new_ex, int, (5,), {})
    yield "__newobj_ex__ of Decimal", Call(new_ex, decimal.Decimal, ("2.5",), {}), "decimal.Decimal('2.5')"
    yield (
        "__newobj_ex__ with a keyword",
        Call(new_ex, decimal.Decimal, (), {"value": "2.5"}),
        "decimal.Decimal(value='2.5')",
    )
    yield (
        "__newobj_ex__ with a keyword more",
        Call(new_ex, decimal.Decimal, ("2.5",), {"context": None}),
        "decimal.Decimal('2.5', context=None)",
    )
    yield "__newobj_ex__ of int with a keyword", Call(new_ex, int, ("5",), {"base": 7}), UNREAD
    yield "__newobj_ex__ with a list", Call(new_ex, int, [5], {}), UNREAD
    yield "__newobj_ex__ without keywords", Call(new_ex, int, (5,))
    yield "__newobj_ex__ with no dict", Call(new_ex, int, (5,), 3)
    yield "_reconstructor of object", Call(reconstruct, object, object, None), "builtins.object()"
    yield "_reconstructor of Fraction", Call(reconstruct, FOREIGN, object, None), "fractions.Fraction()"
    yield "_reconstructor of list", Call(reconstruct, list, list, [1])
    yield "_reconstructor of int", Call(reconstruct, int, int, 7)
    yield "_reconstructor of no class", Call(reconstruct, 1, object, None)
    yield "_reconstructor of no base", Call(reconstruct, object, 1, None)
    yield "_reconstructor of two", Call(reconstruct, object, object)


def folds():
    """Which are written since protocol 4 only."""
    hour, here = timezone(timedelta(hours=1)), timezone(timedelta(hours=-5, minutes=-30), "here")
    yield (
        "folds",
        [datetime(2024, 4, 10, fold=1), time(1, 2, tzinfo=hour, fold=1), datetime(2024, 4, 10, 1, tzinfo=here, fold=1)],
    )


def cycles():
    tuple_, dict_, deque_, ordered = ([],), {}, collections.deque(), collections.OrderedDict()
    tuple_[0].append(tuple_)
    dict_[1] = dict_
    deque_.append(deque_)
    ordered[1] = ordered
    yield "tuple in itself", tuple_
    yield "dict in itself", dict_
    yield "deque in itself", deque_
    yield "OrderedDict in itself", ordered, "OrderedDict({1: ...})"
    yield "set in its item", b"\x80\x04\x8fq\x00(cm\nC\n)\x81h\x00b\x90.", "{<m.C() state=set(...)>}"
    yield "Counter of floats", collections.Counter({"a": 1.5, "b": 2, "c": 7.5})
    yield "Counter of text", collections.Counter({"a": 1, "b": "x", "c": 3})
    yield "Counter of NaN", collections.Counter({"a": float("nan")})


def cases():
    """(name, what is pickled, expected repr or None for Python's own, protocols)"""
    result = []
    for group, protocols in [
        (plain, (0, 2, 3, 4)),
        (containers, (0, 4)),
        (cycles, (2, 4)),
        (dates, (0, 4)),
        (folds, (4,)),
        (constructors, (0, 1)),
    ]:
        for name, call, *expected in group():
            result.append((name, call, expected[0] if expected else None, protocols))
    return result
