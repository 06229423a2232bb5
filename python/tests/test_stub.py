"""_core.pyi says of the compiled module what is so: the same names, parameters, defaults and, where the module knows them, types.

The stub is written by hand, because the types it has are better than those that nanobind could tell: most values are made by the
package's Python half.
"""

import ast
import pathlib
import re

import pytest

import cache_on_disk
from cache_on_disk import _core

stub = ast.parse((pathlib.Path(cache_on_disk.__file__).parent / "_core.pyi").read_text())


def functions_of(body):
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


def names_of(body):
    annotated = [node.target.id for node in body if isinstance(node, ast.AnnAssign)]
    return {node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}.union(annotated)


classes = {node.name: node.body for node in stub.body if isinstance(node, ast.ClassDef)}
described = {
    **{name: (node, getattr(_core, name, None)) for name, node in functions_of(stub.body).items()},
    **{
        f"CellHandle.{name}": (node, getattr(_core.CellHandle, name, None))
        for name, node in functions_of(classes["CellHandle"]).items()
    },
}


def told_by(function):
    """The signature that nanobind tells."""
    function = function.fget if isinstance(function, property) else function
    ((text, *_),) = function.__nb_signature__
    return ast.parse(text.replace("def (", "def property(").replace("\\0", "...") + ": ...").body[0]


def form_of(node):
    """The parameters without their types; of those that have no name for callers, how many there are."""
    parameters = node.args
    return {
        "nameless": len(parameters.posonlyargs),
        "names": [one.arg for one in (*parameters.args, *parameters.kwonlyargs)],
        "defaults": len(parameters.defaults),
        "more": [one is not None for one in (parameters.vararg, parameters.kwarg)],
    }


def type_text(annotation):
    text = re.sub(r"\b(\w+\.)+", "", ast.unparse(annotation))  # without modules
    return re.sub(r"Optional\[(.*)\]", r"\1 | None", text)


def agrees(stated, told):
    if "object" in told:
        return True
    if told in ("list", "tuple", "dict"):
        return stated.startswith(f"{told}[")
    return stated == told.replace("Sequence", "list")


def types_of(node):
    parameters = node.args
    every = [*parameters.posonlyargs, *parameters.args]
    return [one.annotation for one in every if one.arg != "self"] + [node.returns]


@pytest.mark.parametrize("name", described)
def test_a_signature_is_as_stated(name):
    stated, function = described[name]
    told = told_by(function)
    assert form_of(stated) == form_of(told)
    for ours, theirs in zip(types_of(stated), types_of(told)):
        assert theirs is None or agrees(type_text(ours), type_text(theirs)), ast.unparse(told)


def test_all_names_are_there():
    assert names_of(stub.body) == {name for name in vars(_core) if not name.startswith("__")}
    own = {name for name in vars(_core.CellHandle) if not name.startswith("_")}
    assert names_of(classes["CellHandle"]) == own
    for name in own:
        is_property = isinstance(vars(_core.CellHandle)[name], property)
        decorators = functions_of(classes["CellHandle"])[name].decorator_list
        assert is_property == any(ast.unparse(one) == "property" for one in decorators), name


def test_cached_functions_have_what_is_stated():
    function = cache_on_disk.cache_on_disk(lambda self: None)
    assert [name for name in names_of(classes["CachedFunction"]) if not hasattr(function, name)] == []


def test_what_differs_is_found():
    def function(text):
        return ast.parse(text).body[0]

    assert form_of(function("def f(a, b): ...")) != form_of(function("def f(a, c): ..."))
    assert form_of(function("def f(a, b=1): ...")) != form_of(function("def f(a, b): ..."))
    assert form_of(function("def f(a): ...")) != form_of(function("def f(a, /): ..."))
    assert agrees("list[Any]", "list") and agrees("str | None", "str | None") and agrees("Any", "object | None")
    assert not agrees("str", "str | None") and not agrees("str", "bytes") and not agrees("Any", "list")
