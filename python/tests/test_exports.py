"""What the compiled module shows the dynamic linker: a name of ours there could be another module's, too."""

import shutil
import subprocess
import sys

import pytest

from cache_on_disk import _core


@pytest.mark.skipif(sys.platform != "linux", reason="the linker is told so where it takes version scripts")
@pytest.mark.skipif(shutil.which("nm") is None, reason="nm lists the symbols")
def test_the_module_exports_what_the_interpreter_looks_for():
    listed = subprocess.run(["nm", "-D", "--defined-only", _core.__file__], check=True, capture_output=True, text=True)
    assert [line.split()[-1] for line in listed.stdout.splitlines()] == ["PyInit__core"]
