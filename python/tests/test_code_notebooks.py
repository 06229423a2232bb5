"""A session in a real notebook kernel: cells that are edited and run again, and modules that autoreload reads again."""

import json
import time

import pytest
from test_code_runs import ask_text, class_text, folder, helper_text, imported  # noqa: F401 (fixtures)

pytest.importorskip("ipykernel", reason="ipykernel is not installed")
jupyter_client = pytest.importorskip("jupyter_client", reason="jupyter_client is not installed")


@pytest.fixture
def cell(folder, monkeypatch):  # noqa: F811
    """Runs a cell, and gives what the fingerprint of A.m is then."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("IPYTHONDIR", str(folder / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    manager, client = jupyter_client.manager.start_new_kernel(kernel_name="python3")

    def run(text, ask=True):
        written = []

        def hook(message):
            if message["msg_type"] == "stream":
                written.append(message["content"]["text"])
            elif message["msg_type"] == "error":
                written.append("\n".join(message["content"]["traceback"]))

        client.execute_interactive(text, output_hook=hook, timeout=120)
        if not ask:
            return None
        client.execute_interactive(ask_text, output_hook=hook, timeout=120)
        lines = [line for line in "".join(written).splitlines() if line.startswith("made ")]
        assert lines, "".join(written)
        return json.loads(lines[-1][5:])

    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_cells_that_are_edited_and_run_again(cell, imported):  # noqa: F811
    helpers, classes = helper_text, class_text.replace("from helpers import helper\n", "")
    cell(helpers, ask=False)
    first = cell(classes)
    assert first == imported, "a notebook's code has the fingerprint that it has as a script"
    assert cell(classes) == first, "the cell is run again"
    assert cell(helpers) == first
    assert cell("# a comment\n" + classes.replace("total", "amount")) == first, "it is written otherwise"
    assert cell("unrelated = 3\ndef fresh():\n    return 1") == first
    edited = cell(helpers.replace("x * SCALE", "x / SCALE"))
    assert edited[1] != first[1]
    assert edited[0] == "py1"
    assert cell(helpers) == first, "the edit is undone"
    assert cell("SCALE = 4")[1] != first[1]
    assert cell("SCALE = 3")[1] == first[1]
    assert cell("TABLE = [1, 2, 4]")[1] != first[1]
    assert cell(helpers) == first
    assert cell(classes.replace("item\n", "item + 1\n"))[1] != first[1]
    assert cell(classes) == first
    assert cell("TABLE.append(5)")[1] != first[1]
    assert cell(helpers) == first
    assert cell("x = 1\n%pwd\n" + helpers) == first
    assert cell("%%time\n" + helpers)[0].startswith("py1+"), "a magic keeps the text to itself"
    assert cell(helpers) == first


def test_a_module_that_autoreload_reads_again(cell, folder, imported):  # noqa: F811
    """The helper that is edited stands three modules away."""
    for name, other in (("one", "two"), ("two", "helpers")):
        (folder / f"{name}.py").write_text(f"import {other}\n\ndef helper(x):\n    return {other}.helper(x)\n")
    (folder / "analysis.py").write_text(class_text.replace("from helpers import helper", "from one import helper"))

    def edit(name, text):
        time.sleep(1.1)  # autoreload goes by times, and bytecode by whole seconds
        (folder / name).write_text(text)

    first = cell("%load_ext autoreload\n%autoreload 2\nfrom analysis import A")
    assert first[0] == "py1"
    edit("helpers.py", helper_text.replace("x * SCALE", "x / SCALE"))
    edited = cell("A")
    assert edited[0] == "py1", edited
    assert edited[1] != first[1]
    edit("helpers.py", "# a comment\n" + helper_text)
    assert cell("A") == first, "the edit is undone, and the file is formatted"
    edit("helpers.py", helper_text.replace("SCALE = 3", "SCALE = 5"))
    assert cell("A")[1] != first[1]
    edit("helpers.py", helper_text)
    assert cell("A") == first
    edit("analysis.py", (folder / "analysis.py").read_text().replace("K = 5", "K = 6"))
    assert cell("A")[1] != first[1]
