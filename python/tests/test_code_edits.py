"""What changes the fingerprint of a method's code: a table of edits, each made to a small program."""

import collections

import pytest
from code_edits import edits
from code_programs import fingerprints, write_program


def apply(edit, folder):
    for file, old, new in ((edit.file, edit.old, edit.new), *edit.more):
        path = folder / "lab" / file
        text = path.read_text()
        assert text.count(old) >= 1, f"{edit.name}: {old!r} does not stand in {file}"
        path.write_text(text.replace(old, new, 1))


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The fingerprint before, and after each edit."""
    root = tmp_path_factory.mktemp("edits")
    write_program(root / "before")
    for number, edit in enumerate(edits):
        write_program(root / f"{number:03}")
        apply(edit, root / f"{number:03}")
    return fingerprints(root)


def test_the_table_is_large_and_has_each_rule_both_ways():
    rows = collections.Counter((e.rule, e.noticed) for e in edits)
    assert len(edits) > 100
    assert all(rows[rule, noticed] >= 2 for rule in range(1, 10) for noticed in (True, False)), rows
    assert len({(e.rule, e.name) for e in edits}) == len(edits)


@pytest.mark.parametrize("number", range(len(edits)), ids=[f"{e.rule}-{e.name}" for e in edits])
def test_an_edit_is_noticed_if_it_changes_what_the_code_does(number, found):
    edit = edits[number]
    kind, digest, parts = found[f"{number:03}"]
    before_kind, before, before_parts = found["before"]
    assert kind == before_kind == "py1", kind
    different = sorted(set(parts) ^ set(before_parts))
    assert (digest != before) == edit.noticed, different
