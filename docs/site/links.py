"""Every link of the built site leads somewhere: to a file, and where it names a place in it, to that place. No network.

python docs/site/links.py build/site
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class _Page(HTMLParser):
    """What a page links to, and the places that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.places: set[str] = set()

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"href", "src"} and value:
                self.links.add(value)
            elif name in {"id", "name"} and value:
                self.places.add(value)


def broken(site: Path) -> list[str]:
    """``page: link`` for each link that leads nowhere, and for each resource that would be loaded from elsewhere."""
    pages = {file.resolve(): _read(file) for file in sorted(site.rglob("*.html"))}
    return [
        f"{file.relative_to(site.resolve())}: {link}"
        for file, page in pages.items()
        for link in sorted(page.links)
        if _leads_nowhere(site, file, link, pages)
    ]


def _read(file: Path) -> _Page:
    page = _Page()
    page.feed(file.read_text(encoding="utf-8"))
    return page


def _leads_nowhere(site: Path, file: Path, link: str, pages: dict[Path, _Page]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or link.startswith("data:"):
        return False
    path = unquote(parts.path)
    if file.name == "404.html" and path.startswith("/"):
        target = site / path.lstrip("/")
    else:
        target = file.parent / path if path else file
    target = (target / "index.html" if target.is_dir() else target).resolve()
    if not target.is_file():
        return True
    place = unquote(parts.fragment)
    return bool(place) and target in pages and place not in pages[target].places and place != "__skip"


if __name__ == "__main__":
    found = broken(Path(sys.argv[1]))
    sys.stdout.write("".join(f"{one}\n" for one in found) + f"{len(found)} broken links\n")
    sys.exit(bool(found))
