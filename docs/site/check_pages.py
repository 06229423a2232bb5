"""check_pages.py SITE: every link within the site leads somewhere, and no page asks another host for anything."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser fetches without being asked to; where a link leads, only people go.
FETCHED = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "link": ("href",),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "object": ("data",),
    "embed": ("src",),
    "use": ("href",),
    "form": ("action",),
}


class Page(HTMLParser):
    """The anchors of a page, and where it leads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors = {"", "top"}
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        self.fetched += [given[name] for name in FETCHED.get(tag, ()) if name in given]


def is_elsewhere(address: str) -> bool:
    return not address.startswith("data:") and bool(urlsplit(address).scheme or urlsplit(address).netloc)


def faults(site: Path) -> list[str]:
    pages = {path.resolve(): Page(path) for path in site.rglob("*.html")}
    told = []
    for path, page in pages.items():
        name = path.relative_to(site.resolve())
        told += [f"{name} asks another host: {address}" for address in page.fetched if is_elsewhere(address)]
        for address in page.links + page.fetched:
            parts = urlsplit(address)
            if parts.scheme not in ("", "http", "https", "mailto", "data"):
                told.append(f"{name} has a link that is none: {address}")
            if is_elsewhere(address) or address.startswith("data:"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                told.append(f"{name} leads nowhere: {address}")
            elif target in pages and unquote(parts.fragment) not in pages[target].anchors:
                told.append(f"{name} leads to a place that is not on the page: {address}")
    for path in [*site.rglob("*.css"), *site.rglob("*.svg")]:
        for address in re.findall(
            r"""(?:url\(\s*|@import\s+(?!url)|(?:xlink:)?href=)["']?([^"')\s]+)""", path.read_text()
        ):
            if is_elsewhere(address):
                told.append(f"{path.relative_to(site)} asks another host: {address}")
    return sorted(set(told))


if __name__ == "__main__":
    found = faults(Path(sys.argv[1]))
    print("\n".join(f"docs: {one}" for one in found), file=sys.stderr, end="\n" if found else "")
    sys.exit(1 if found else 0)
