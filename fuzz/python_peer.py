"""What a fuzz target asks Python (python_peer.cpp starts this program, and says how questions and answers look).

?                               ready
P, a pickle, the same as the    -reason                 Python's unpickler refuses it, with inert classes for all that is
   library writes it                                    not plain
   (or nothing)                 ?reason                 too large for this machine: no judgement
                                !reason                 what the library wrote is something else
                                +kind=repr              accepted; the kind is i if anything inert was asked for, g if
                                                        another global was, else p; "=repr" is left out if repr() is
                                                        no fair comparison
A, a pickle                     yes, or no              whether both of CPython's unpicklers, in C and in Python, make
                                                        the same of it
W, a pickle, an expression      + or !reason            the pickle is what the expression says, or not
"""

import _compat_pickle
import codecs
import collections
import copyreg
import datetime
import io
import os
import pickle
import resource
import signal
import struct
import sys
import time
import unicodedata
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "tests", "pickle"))
import read_random_values

warnings.simplefilter("ignore")  # that a string has an odd escape sequence makes no pickle invalid

PLAIN = {
    "builtins": {
        "complex",
        "set",
        "frozenset",
        "bytes",
        "bytearray",
        "range",
        "slice",
        "list",
        "dict",
        "tuple",
        "int",
        "float",
        "str",
        "bool",
        "object",
        "Ellipsis",
        "NotImplemented",
    },
    "collections": {"OrderedDict", "defaultdict", "Counter", "deque"},
    "datetime": {"date", "time", "datetime", "timedelta", "timezone"},
    "_codecs": {"encode"},
}
MOST_VISITS = 20000
PATIENCE = 2  # seconds of processor time


class Taken:
    """A method of objects that their class has as well, where it does nothing: a pickle may take a class for an object."""

    def __init__(self, method):
        self.method = method

    def __get__(self, one, cls):
        return (lambda *_: None) if one is None else self.method.__get__(one, cls)


class InertClass(type):
    def __setitem__(cls, key, value):
        pass


class Inert(datetime.tzinfo, metaclass=InertClass):
    """Takes whatever a pickle does to an object, and remembers it."""

    def __new__(cls, *arguments, **keywords):
        made = datetime.tzinfo.__new__(cls)
        made.story, made.states = [arguments, keywords], []
        return made

    def __init__(self, *arguments, **keywords):
        pass

    def __call__(self, *arguments, **keywords):
        return Inert(self, *arguments, **keywords)

    @Taken
    def append(self, item):
        self.story.append(item)

    @Taken
    def extend(self, items):
        self.story.extend(items)

    add = append

    def __setitem__(self, key, value):
        self.story.append((key, value))

    @Taken
    def __setstate__(self, state):
        self.states.append(state)  # apart: whether items or the state come first is not kept


def reconstruct(cls, base, state):
    """copyreg._reconstructor, for inert classes too."""
    if isinstance(cls, Inert) or isinstance(cls, type) and issubclass(cls, Inert):
        return Inert(cls, base, state)
    return copyreg._reconstructor(cls, base, state)


def new_object(cls, *arguments):
    return Inert(cls, arguments) if isinstance(cls, Inert) or cls is Inert else copyreg.__newobj__(cls, *arguments)


def new_object_ex(cls, arguments, keywords):
    if isinstance(cls, Inert) or cls is Inert:
        return Inert(cls, *arguments, **keywords)
    return copyreg.__newobj_ex__(cls, arguments, keywords)


class InertClasses:
    """What both of CPython's unpicklers, in C and in Python, have in common here."""

    asked_for_global = asked_for_inert = asked_for_numpy = False

    def find_class(self, module, name):
        self.asked_for_global = True
        module, name = _compat_pickle.NAME_MAPPING.get((module, name), (module, name))
        module = _compat_pickle.IMPORT_MAPPING.get(module, module)
        if module == "copyreg" and name in ("_reconstructor", "__newobj__", "__newobj_ex__"):
            return {"_reconstructor": reconstruct, "__newobj__": new_object, "__newobj_ex__": new_object_ex}[name]
        if name in PLAIN.get(module, ()):
            return super().find_class(module, name)
        self.asked_for_inert = True
        self.asked_for_numpy = self.asked_for_numpy or module.startswith("numpy")
        return InertClass("Named", (Inert,), {"named": (module, name)})


class Unpickler(InertClasses, pickle.Unpickler):
    pass


class UnpicklerInPython(InertClasses, pickle._Unpickler):
    pass


class Python2Text:
    """Notices 8-bit strings of Python 2 that are no ASCII, which the library takes for bytes."""

    met = False

    def __call__(self, error):
        Python2Text.met = True
        return "?" * (error.end - error.start), error.end


codecs.register_error("python2", Python2Text())


def load(data, unpickler_class=Unpickler):
    unpickler = unpickler_class(io.BytesIO(data), encoding="ascii", errors="python2")
    Python2Text.met = False
    return unpickler.load(), unpickler


def parts_of(value):
    if isinstance(value, (list, tuple, set, frozenset, collections.deque)):
        return list(value)
    if isinstance(value, dict):
        return [part for entry in value.items() for part in entry]
    if isinstance(value, slice):
        return [value.start, value.stop, value.step]
    return []


def has_newer_characters(text):
    """Characters of which another version of Unicode than that of Python 3.12 may say that they are not printed."""
    return unicodedata.unidata_version != "15.0.0" and any(unicodedata.category(c) == "Cn" for c in text)


def is_printed_alike(value):
    """Nothing in it that this Python prints otherwise, and not too much of it."""
    waiting, visits = [value], 0
    while waiting:
        one = waiting.pop()
        visits += 1
        unordered = isinstance(one, (set, frozenset)) and len(one) > 1
        older = isinstance(one, collections.OrderedDict) and sys.version_info < (3, 12)
        named = isinstance(one, type) or callable(one)
        if visits > MOST_VISITS or unordered or older or named or type(one) is object or isinstance(one, Inert):
            return False
        if isinstance(one, collections.defaultdict) and one.default_factory is not None:
            return False
        if isinstance(one, str) and has_newer_characters(one):
            return False
        waiting.extend(parts_of(one))
    return True


def difference(first, second):
    """The first thing in which the one differs from the other; None if there is none. Follows cycles once."""
    waiting, seen, visits = [(first, second)], set(), 0
    while waiting:
        a, b = waiting.pop()
        if (id(a), id(b)) in seen:
            continue
        visits += 1
        if visits > MOST_VISITS:
            return None
        if isinstance(a, type) or isinstance(b, type):
            if getattr(a, "named", a) != getattr(b, "named", b):
                return "%r is now %r" % (a, b)
            continue
        if isinstance(a, Inert) and isinstance(b, Inert):
            seen.add((id(a), id(b)))
            waiting += [(type(a), type(b)), (a.story, b.story), (a.states, b.states)]
            continue
        if type(a) is not type(b):
            return "%.200r is now %.200r" % (a, b)
        if isinstance(a, (set, frozenset)):
            inert = any(isinstance(part, (Inert, type, tuple, frozenset)) for part in a)
            if len(a) != len(b) or not inert and not any(part != part for part in a) and a != b:
                return "%.200r is now %.200r" % (a, b)
        elif isinstance(a, (list, tuple, dict, collections.deque, slice)):
            seen.add((id(a), id(b)))
            ours, theirs = parts_of(a), parts_of(b)
            if len(ours) != len(theirs) or getattr(a, "maxlen", 0) != getattr(b, "maxlen", 0):
                return "%.200r is now %.200r" % (a, b)
            waiting.extend(zip(ours, theirs))
            if isinstance(a, collections.defaultdict):
                waiting.append((a.default_factory, b.default_factory))
        elif isinstance(a, (datetime.time, datetime.datetime)):
            waiting.append((a.tzinfo, b.tzinfo))
            if a.replace(tzinfo=None) != b.replace(tzinfo=None) or a.fold != b.fold:
                return "%r is now %r" % (a, b)
        elif isinstance(a, (float, complex)):
            if not read_random_values.same(a, b):
                return "%r is now %r" % (a, b)
        elif type(a) is not object and a != b:
            return "%.200r is now %.200r" % (a, b)
    return None


def judge_pickle(data, rewritten):
    try:
        value, unpickler = load(data)
    except (MemoryError, RecursionError) as error:
        return "?%r" % error
    except Exception as error:
        if "class argument must be a type, not Named" in str(error):
            return "?a call that is not made may yield a class"
        return "-%.500r" % error
    text_lost = Python2Text.met
    # Arrays and the like are written in a form of our own; here they are inert.
    if rewritten and not text_lost and not unpickler.asked_for_numpy:
        try:
            again, _ = load(rewritten)
        except (MemoryError, RecursionError) as error:
            return "?%r" % error
        except Exception as error:
            return "!Python refuses what the library writes: %.500r" % error
        why = difference(value, again)
        if why:
            return "!" + why
    if unpickler.asked_for_inert:
        return "+i"
    answer = "+g" if unpickler.asked_for_global else "+p"
    try:
        if not text_lost and is_printed_alike(value):
            answer += "=" + repr(value)
    except (RecursionError, ValueError):  # too deep; too many digits
        pass
    return answer


def judge_agreement(data, _):
    """For "I-0" the one unpickler makes False and the other 0; "5\\0" is a number for one of them."""
    values = []
    for unpickler in Unpickler, UnpicklerInPython:
        try:
            values.append(load(data, unpickler)[0])
        except Exception as error:
            values.append(error)
    refused = [isinstance(value, Exception) for value in values]
    return "no" if any(refused) and not all(refused) or not any(refused) and difference(*values) else "yes"


def judge_written(data, expression):
    value, wanted = pickle.loads(data), eval(expression, vars(read_random_values))
    return "+" if read_random_values.same(value, wanted) else "!%.500r, should be %.500r" % (value, wanted)


def give_up(signum, frame):
    raise MemoryError("too slow")


def main():
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    signal.signal(signal.SIGPROF, give_up)
    judges = {b"P": judge_pickle, b"A": judge_agreement, b"W": judge_written, b"?": lambda *_: "ready"}
    while True:
        head = sys.stdin.buffer.read(9)
        if len(head) < 9:
            return
        kind, first, second = struct.unpack("=cII", head)
        parts = sys.stdin.buffer.read(first), sys.stdin.buffer.read(second)
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)
        # Hashing can go on for ever, and hears no signal.
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 2 * PATIENCE, resource.RLIM_INFINITY))
        try:
            answer = judges[kind](*parts)
        except MemoryError:
            answer = "?too much"
        signal.setitimer(signal.ITIMER_PROF, 0)
        answer = answer.encode("utf-8", "surrogatepass")
        sys.stdout.buffer.write(struct.pack("=I", len(answer)) + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
