"""A page of all corpora, and a browser to look at it with.

The browser is the machine's own Chromium. Without one these tests are skipped, unless ``LLEM_RULES_BROWSER=required``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from llem_rules.cli.app import run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REQUIRED = os.environ.get("LLEM_RULES_BROWSER") == "required"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def cannot(why: str) -> NoReturn:
    """Skip, or fail where the browser tests are required."""
    if REQUIRED:
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser, without a window."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        cannot("no Chromium is here: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of all corpora."""
    file = tmp_path_factory.mktemp("page") / "report.html"
    assert run(["report", "-o", str(file)]) == 0
    return file


@dataclass
class Sight:
    """A page in the browser, and all that it asked for or complained of."""

    page: Page
    file: Path
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, address: str) -> Page:
        """Open an address of the page, such as ``#/rules``."""
        self.page.goto(f"file://{self.file}{address}")
        self.page.wait_for_selector("html[data-ready]")
        return self.page


@dataclass
class Eyes:
    """Opens pages; afterwards none of them may have complained or asked for anything but itself."""

    browser: Browser
    file: Path
    sights: list[Sight] = field(default_factory=list)

    def open(
        self, address: str = "#/", width: int = 1280, height: int = 800, scheme: str = "light", file: Path | None = None
    ) -> Page:
        """A page of a context of its own."""
        context = self.browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        sight = Sight(context.new_page(), file or self.file)
        sight.page.on("request", lambda request: sight.asked.append(request.url))
        sight.page.on("console", lambda said: sight.complaints.append(said.text))
        sight.page.on("pageerror", lambda error: sight.complaints.append(str(error)))
        self.sights.append(sight)
        return sight.go(address)


@pytest.fixture
def eyes(chromium: Browser, report: Path) -> Iterator[Eyes]:
    """A way to open pages."""
    made = Eyes(chromium, report)
    yield made
    for sight in made.sights:
        own = f"file://{sight.file}"
        assert [url for url in sight.asked if not url.startswith((own, "data:"))] == []
        assert sight.complaints == []
        sight.page.context.close()
