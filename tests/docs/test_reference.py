"""test_reference.py SITE: the reference has all that the headers and the package make public. Run by scripts/docs.

The headers are read here in another way than the pages are made.
"""

import ast
import re
import sys
import unittest
import zlib
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
HEADERS = ROOT / "include" / "cache_on_disk"
NAMESPACES = ("cache_on_disk", "cache_on_disk::npy")
USUAL = (
    "value_type",
    "element_type",
    "iterator",
    "const_iterator",
    "iterator_category",
    "difference_type",
    "pointer",
    "reference",
)
SITE = Path()


def anchors():
    """Domain and name of all that has a place on the site: Sphinx's own inventory, without its four lines of head."""
    lines = zlib.decompress((SITE / "objects.inv").read_bytes().split(b"\n", 4)[4]).decode().splitlines()
    return {(line.split(" ")[1].split(":")[0], line.rsplit(" ", 4)[0].split(" ")[0]) for line in lines}


def without_angles(text):
    """A declaration without what stands between < and >."""
    text = text.replace("->", "").replace("operator<", "operator").replace("operator>", "operator")
    before = None
    while before != text:
        before, text = text, re.sub(r"<[^<>]*>", "", text)
    return text


def declared(text):
    """The name that a declaration of a function, variable or type declares; None if it is not one for programs."""
    text = " ".join(text.split())
    if re.search(r"\b(override|friend|static_assert|operator)\b|= (default|delete)$|~", text):
        return None
    if not re.match(r"(template.*)?(using|concept)\b", text):
        text = re.sub(r"^([^(]*?) = (?!.*\brequires\b).*", r"\1", text)  # without what it is initialized with
    alias = re.match(r"using (\w+) =", without_angles(text).replace("template ", ""))
    if alias:
        return alias[1]
    plain = re.sub(r"\brequires\b.*?(?=\bclass\b|$)", "", without_angles(re.sub(r"^template ?", "", text)))
    concept = re.search(r"\bconcept (\w+)", text)
    function = re.search(r"(\w+) ?\(", plain)
    variable = re.search(r"\b([a-zA-Z_]\w*)(?: ?\[\w*\])?(?: ?=.*)?$", plain)
    found = concept or function or (None if text.startswith(("using", "class", "struct", "extern")) else variable)
    return found[1] if found else None


def public_names(text):
    """Qualified names of all that a header declares for programs, by braces, semicolons and access specifiers."""
    text = re.sub(r"//.*", "", text)
    text = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])\'', '""', text)
    names = set(re.findall(r"^#define (CACHE_ON_DISK[A-Z_]*[A-Z])\b", text, re.MULTILINE))
    names.discard("CACHE_ON_DISK_LIFETIMEBOUND")
    text = re.sub(r"^\s*#(?:.*\\\n)*.*", "", text, flags=re.MULTILINE).replace("= {}", "= 0").replace("<<", "")
    scopes = [("", True)]  # full name, and whether what is declared there is public
    statement = ""

    def add(name):
        scope, public = scopes[-1]
        parent = scope.rpartition("::")[2]
        if name and name not in USUAL and public and scope not in ("", "body") and name != parent:
            names.add(f"{scope}::{name}")

    for token in re.findall(
        r"[{};]|\b(?:public|private|protected) ?:(?!:)|(?:(?!\b(?:public|private|protected) ?:(?!:))[^{};])+", text
    ):
        scope, public = scopes[-1]
        if token == "{":
            words = " ".join(statement.split())
            namespace = re.match(r"(?:inline )?namespace ([\w:]+)", words)
            plain = without_angles(words)
            type_ = re.search(
                r"\b(class|struct|enum class|enum) (?:\[\[\w+\]\] )?(?:CACHE_ON_DISK_\w+ )?([\w:]+)", plain
            )
            if namespace:
                full = f"{scope}::{namespace[1]}".removeprefix("::")
                scopes.append((full, full in NAMESPACES))
            elif type_ and "(" not in plain.partition(type_[0])[0] and not re.search(r"\w\(", plain):
                special = re.search(rf"\b{type_[2]} ?<", words) and not words.startswith("enum")
                if not special:
                    add(type_[2])
                inner = public and scope != "body" and not special
                scopes.append((f"{scope}::{type_[2]}", inner and type_[1] != "class"))
                if type_[1].startswith("enum"):
                    scopes[-1] = ("enum " + scopes[-1][0], inner)
            else:
                add(declared(statement))
                scopes.append(("body", False))
            statement = ""
        elif token == "}":
            if scope.startswith("enum ") and public:
                for entry in statement.split(","):
                    name = re.match(r"\s*(\w+)", entry)
                    if name:
                        names.add(f"{scope[5:]}::{name[1]}")
            scopes.pop()
            statement = ""
        elif token == ";":
            add(declared(statement))
            statement = ""
        elif re.fullmatch(r"(public|private|protected) ?:", token):
            outer = all(is_public for name, is_public in scopes[1:-1])
            scopes[-1] = (scope, token.startswith("public") and outer)
        else:
            statement += token
    return names


class CppReference(unittest.TestCase):
    def test_every_public_name(self):
        known = {name for domain, name in anchors() if domain in ("cpp", "c")}
        for header in sorted(HEADERS.glob("*.hpp")):
            with self.subTest(header=header.name):
                self.assertEqual(set(), public_names(header.read_text()) - known)

    def test_names_that_lie_below_detail(self):
        known = {name for domain, name in anchors() if domain in ("cpp", "c")}
        for name in ("CACHE_ON_DISK", "CACHE_ON_DISK_VIRTUAL", "cache_on_disk::Arguments", "cache_on_disk::read_value"):
            self.assertIn(name, known)

    def test_the_headers_are_read(self):
        found = {name for header in HEADERS.glob("*.hpp") for name in public_names(header.read_text())}
        for name in (
            "CACHE_ON_DISK_FIELDS",
            "cache_on_disk::set_tag",
            "cache_on_disk::Cached",
            "cache_on_disk::Array::slice",
            "cache_on_disk::ArrayElement",
            "cache_on_disk::Options::strict",
            "cache_on_disk::Mode::readonly",
            "cache_on_disk::Explanation::State::missing",
            "cache_on_disk::npy::Dtype::parse",
            "cache_on_disk::Shape",
            "cache_on_disk::checked_product",
        ):
            self.assertIn(name, found)
        self.assertEqual([], [name for name in found if "detail" in name or name.endswith("_")])

    def test_a_page_for_each_header(self):
        for header in HEADERS.glob("*.hpp"):
            page = SITE / "reference" / "cpp" / f"{header.stem}.html"
            self.assertIn(
                f"#include &lt;cache_on_disk/{header.name}&gt;", re.sub(r"</?span[^>]*>", "", page.read_text())
            )


class PythonReference(unittest.TestCase):
    def test_every_public_name(self):
        known = {name for domain, name in anchors() if domain == "py"}
        tree = ast.parse((ROOT / "python" / "cache_on_disk" / "__init__.py").read_text())
        [listed] = [
            ast.literal_eval(one.value)
            for one in tree.body
            if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "__all__"
        ]
        self.assertIn("set_tag", listed)
        self.assertEqual(set(), {f"cache_on_disk.{name}" for name in listed} - known)

    def test_every_public_member(self):
        known = {name for domain, name in anchors() if domain == "py"}
        for file in ("_reports.py", "_disk_cacher.py"):
            tree = ast.parse((ROOT / "python" / "cache_on_disk" / file).read_text())
            for one in (one for one in tree.body if isinstance(one, ast.ClassDef) and not one.name.startswith("_")):
                methods = {part.name for part in one.body if isinstance(part, ast.FunctionDef)}
                fields = {part.target.id for part in one.body if isinstance(part, ast.AnnAssign)}
                public = {name for name in methods | fields if not name.startswith("_")}
                self.assertEqual(set(), {f"cache_on_disk.{one.name}.{name}" for name in public} - known)

    def test_every_parameter_is_explained(self):
        package = ROOT / "python" / "cache_on_disk"
        listed = re.search(r"__all__ = \[(.*?)\]", (package / "__init__.py").read_text(), re.DOTALL)[1]
        public = set(re.findall(r'"(\w+)"', listed))
        functions = {}
        for file in package.glob("*.py"):
            for one in ast.parse(file.read_text()).body:
                if isinstance(one, ast.FunctionDef) and one.name in public and ast.get_docstring(one):
                    functions.setdefault(one.name, []).append(one)
        self.assertLessEqual({"set_tag", "explain", "warm", "cache_on_disk", "set_logfile"}, set(functions))
        for name, [*forms] in functions.items():
            for one in forms:
                words = ast.get_docstring(one)
                if "documented in the package" in words or "The decorator of this package" in words:
                    continue
                parameters = [given.arg for given in [*one.args.args, *one.args.posonlyargs, *one.args.kwonlyargs]]
                told = words.partition("Parameters\n----------")[2].partition("\n\n")[0]
                self.assertEqual([], [given for given in parameters if not re.search(rf"\b{given}\b", told)], name)
                if one.returns is not None and ast.unparse(one.returns) != "None":
                    self.assertIn("Returns\n-------", words, name)


class Site(unittest.TestCase):
    def test_search_knows_both_languages(self):
        self.assertIn("search", (SITE / "index.html").read_text())
        index = (SITE / "searchindex.js").read_text()
        for name in (
            "reference/cpp/manage",
            "reference/python",
            "reference/tool",
            "docs/format",
            "set_tag",
            "checked_product",
        ):
            self.assertIn(name, index)


if __name__ == "__main__":
    SITE = Path(sys.argv.pop(1))
    unittest.main()
