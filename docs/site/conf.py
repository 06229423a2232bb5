"""How Sphinx makes the site; scripts/docs puts its sources together."""

import re
import sys
from pathlib import Path

from sphinx.domains.cpp import CPPDomain
from sphinx.ext.autodoc.mock import mock

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "python"))
with mock(["cache_on_disk._core"]):  # what is public is written in Python, so nothing need be compiled
    import cache_on_disk
    from cache_on_disk import _reports

project = "cache-on-disk"
author = "the authors of cache-on-disk"
version = release = re.search(r"project\([^)]*?VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
html_title = f"cache-on-disk {version}"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
html_theme = "furo"
html_static_path = ["style.css"]
html_css_files = ["style.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {"navigation_with_keys": True}
smartquotes_action = "D"  # dashes, and no quotes: in comments they are those of code
pygments_style = "friendly"
pygments_dark_style = "native"
toc_object_entries_show_parents = "hide"
cpp_index_common_prefix = ["cache_on_disk::", "cache_on_disk::npy::"]

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4
napoleon_google_docstring = False
napoleon_use_rtype = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"
default_role = "py:obj"

# Sphinx reads the comments below the fields of a class in the module that the class names as its own.
cache_on_disk.DiskCacher.__module__ = "cache_on_disk._disk_cacher"
for _name in _reports.__dict__:
    _class = getattr(_reports, _name)
    if isinstance(_class, type) and _class.__module__ == "cache_on_disk":
        _class.__module__ = _reports.__name__


def lead_to_reference(app, docname, source):
    """A link to a header in the sources leads to its page."""
    source[0] = re.sub(
        r"\]\((?:\.\./)*include/cache_on_disk/(\w+)\.hpp\)",
        lambda match: f"](/reference/cpp/{match[1]}.rst)",
        source[0],
    )


class Cpp(CPPDomain):
    """Without the parameters of functions and templates, which a search need not find."""

    def get_objects(self):
        return (one for one in super().get_objects() if one[2] not in ("functionParam", "templateParam"))


def setup(app):
    app.add_domain(Cpp, override=True)
    app.connect("source-read", lead_to_reference)
