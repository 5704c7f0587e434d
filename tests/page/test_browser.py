"""The page in a real browser: every kind of address, search, keys, themes, a phone; nothing loaded, nothing complained of."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.page.conftest import Eyes
from tests.page.doctored import DIVERGENT, UNCHECKED, doctored

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

RULE = "vllm.SamplingParams.greedy-ignores-top_p"
KNOWN = (
    "At temperature 0 decoding is greedy",
    "Fires when",
    "The smallest pair",
    "dormant_silent",
    "vllm/sampling_params.py",
    "SamplingParams.__post_init__",
    "confirmed",
    "effect shown",
    "rules/vllm/SamplingParams.yaml:",
    "On the same fields",
    "fires as claimed",
)
ADDRESSES = {
    "#/": "What engines do with their configuration",
    "#/rules": "Rules",
    "#/rules?effect=dormant_silent": "Rules",
    "#/rules?q=top_p": "Rules with top_p",
    f"#/rule/{RULE}": "greedy-ignores-top_p",
    "#/rule/transformers.AqlmConfig.in_group_size-not-an-int": "in_group_size-not-an-int",
    "#/rule/vllm.EngineArgs._api_process_count-not-above-0": "_api_process_count-not-above-0",
    "#/rule/vllm.config.ProfilerConfig.frontend-profiled-with-window": "frontend-profiled-with-window",
    "#/type/vllm.SamplingParams": "vllm.SamplingParams",
    "#/coverage": "Coverage of transformers",
    "#/coverage/vllm": "Coverage of vllm",
    "#/versions": "transformers over versions",
    "#/versions/vllm": "vllm over versions",
    "#/versions/transformers/transformers.GenerationConfig": "GenerationConfig over versions",
    "#/graph": "What ties the fields of GenerationConfig",
    "#/graph/vllm/vllm.SamplingParams": "What ties the fields of SamplingParams",
    "#/graph/vllm/vllm.SamplingParams/every": "What ties the fields of SamplingParams",
    "#/rule/nobody.knows-this": "Not here",
    "#/nowhere": "Not here",
}


def titled(page: Page, title: str) -> None:
    """Wait for a heading: a new address is shown a moment after it is set."""
    page.wait_for_function("title => document.querySelector('main h1').innerText.trim() === title", arg=title)


def unfit(page: Page) -> list[str]:
    """What axe finds wrong, as rule and target."""
    from axe_playwright_python.sync_playwright import Axe

    found: Any = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_address_is_fit_for_all(eyes: Eyes, scheme: str) -> None:
    page = eyes.open(scheme=scheme)
    for address, title in ADDRESSES.items():
        page.evaluate("address => { location.hash = address }", address)
        titled(page, title)
        assert page.locator("main h1").count() == 1
        assert unfit(page) == [], address


@pytest.mark.parametrize("width", [360, 390, 768])
def test_nothing_is_wider_than_a_phone(eyes: Eyes, width: int) -> None:
    page = eyes.open(width=width)
    for address, title in ADDRESSES.items():
        page.evaluate("address => { location.hash = address }", address)
        titled(page, title)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_search_by_keys_alone(eyes: Eyes) -> None:
    page = eyes.open()
    page.keyboard.press("/")
    page.keyboard.type("greedy top_p")
    titled(page, "Rules with greedy top_p")
    assert "q=greedy%20top_p" in page.url
    names = page.locator("main .row .name").all_inner_texts()
    assert names[:2] == ["greedy-ignores-top_p", "greedy-ignores-top_p"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    titled(page, "greedy-ignores-top_p")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    first = page.url
    page.keyboard.press("j")
    page.wait_for_function("before => location.href !== before", arg=first)
    page.keyboard.press("k")
    page.wait_for_function("before => location.href === before", arg=first)
    page.keyboard.press("Escape")
    titled(page, "Rules with greedy top_p")
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    titled(page, "Rules")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("min_tokens max_tokens", "vllm.SamplingParams.min_tokens-above-max_tokens"),
        ("GREEDY-IGNORES vllm top_p", RULE),
        ("must be less than or equal to", "vllm.SamplingParams.min_tokens-above-max_tokens"),
        ("</script> <img", None),
        ("zzz", None),
    ],
)
def test_what_a_search_finds(eyes: Eyes, query: str, expected: str | None) -> None:
    page = eyes.open()
    page.get_by_role("searchbox").fill(query)
    links = page.locator("main .row").evaluate_all("rows => rows.map(row => row.getAttribute('href'))")
    if expected is None:
        assert links == []
        assert page.get_by_text("No rule has all of these.").is_visible()
    else:
        assert f"#/rule/{expected}" in links


def test_the_list_is_narrowed_and_shared(eyes: Eyes) -> None:
    page = eyes.open("#/rules")
    page.locator(".facet", has_text="Effect").get_by_role("link", name=re.compile("ignored silently")).click()
    page.locator(".facet", has_text="Engine").get_by_role("link", name=re.compile("vllm")).click()
    page.wait_for_url("**effect=dormant_silent")
    told = page.locator(".heading [role=status]").inner_text()
    again = eyes.open(page.url.partition(".html")[2])
    assert again.locator(".heading [role=status]").inner_text() == told
    assert {one.split()[-1] for one in again.locator("main .row .effect").all_text_contents()} == {"silently"}
    shown = again.locator("main .row").count()
    again.mouse.wheel(0, 100_000)
    again.wait_for_function("before => document.querySelectorAll('main .row').length > before", arg=shown)


def test_a_rule_says_all_that_is_known(eyes: Eyes) -> None:
    page = eyes.open(f"#/rule/{RULE}")
    text = page.locator("article.rule").inner_text()
    for part in KNOWN:
        assert part in text, part
    page.keyboard.press("c")
    assert page.evaluate("navigator.clipboard.readText()") == RULE
    page.get_by_role("button", name="Copy the command that tries it").first.click()
    assert page.evaluate("navigator.clipboard.readText()").startswith(
        'llem-rules try vllm --type vllm.SamplingParams --kwargs \'{"temperature": 0'
    )


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        (
            "AqlmConfig.in_group_size-not-an-int",
            ("cuda", "confirmed: all that was seen is what was seen here", "NVIDIA H100"),
        ),
        ("GenerationConfig._commit_hash-dropped", ("cuda", "confirmed: 1 fired and showed it", "not asked")),
        ("GenerationConfig.bad_words_ids-not-a-filled-list", ("cuda", "confirmed: ")),
    ],
)
def test_what_another_platform_showed(eyes: Eyes, rule: str, parts: tuple[str, ...]) -> None:
    page = eyes.open(f"#/rule/transformers.{rule}")
    said = page.locator(".elsewhere").inner_text()
    assert [part for part in parts if part not in said] == []


def test_divergences_come_first_and_text_stays_text(eyes: Eyes, tmp_path: Path) -> None:
    file = tmp_path / "doctored.html"
    file.write_text(doctored())
    page = eyes.open("#/rules", file=file)
    assert page.locator("main .row .what").all_inner_texts()[:2] == ["divergent\nrefused", "unchecked\nrefused"]
    for name, parts in {
        DIVERGENT: ("noisy on point: accepted </script>", "differ on 2", "4 masked", "NaN", str(2**70), "unexplained"),
        UNCHECKED: ("the worker crashed", "not seen"),
    }.items():
        page.evaluate("address => { location.hash = address }", f"#/rule/{name}")
        page.wait_for_function("name => document.title.startsWith(name)", arg=name)
        text = page.locator("article.rule").inner_text()
        assert [part for part in parts if part not in text] == []
        assert unfit(page) == []
    assert page.locator("img").count() == 0
    page.evaluate("address => { location.hash = address }", f"#/rule/{DIVERGENT}")
    page.wait_for_function("name => document.title.startsWith(name)", arg=DIVERGENT)
    page.locator(".pair .copy").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    words = subprocess.run(
        ["bash", "-c", f"printf '%s\\n' {copied}"], capture_output=True, text=True, check=True
    ).stdout
    assert words.splitlines()[-1] == copied.partition("--kwargs '")[2][:-1].replace("'\\''", "'")


def test_themes(eyes: Eyes) -> None:
    page = eyes.open(scheme="dark")
    colour = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(colour)
    button = page.locator("#theme")
    button.click()
    assert button.get_attribute("aria-label") == "Theme: light"
    light = page.evaluate(colour)
    assert light != dark
    page.keyboard.press("t")
    assert page.evaluate(colour) == dark
    page.reload()
    assert button.get_attribute("aria-label") == "Theme: dark"
    assert eyes.open(scheme="light").evaluate(colour) == light


def test_the_graph_moves(eyes: Eyes) -> None:
    page = eyes.open("#/graph/vllm/vllm.SamplingParams")
    graph, inner = page.locator("svg.graph"), page.locator("svg.graph g.all")
    box = graph.bounding_box()
    assert box is not None
    before = inner.get_attribute("transform")

    def moves() -> None:
        nonlocal before
        page.wait_for_function(
            "before => document.querySelector('svg.graph g.all').getAttribute('transform') !== before", arg=before
        )
        before = inner.get_attribute("transform")

    x, y = box["x"] + box["width"] / 2, box["y"] + 30
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 40, steps=4)
    page.mouse.up()
    moves()
    page.mouse.wheel(0, -300)
    moves()
    graph.focus()
    for key in ("ArrowLeft", "ArrowDown", "+", "-", "0"):
        page.keyboard.press(key)
        moves()
    page.get_by_role("button", name="Nearer").click()
    moves()
    node = page.locator("svg.graph a.rule").first
    node.focus()
    assert "lit" in str(graph.get_attribute("class"))
    page.keyboard.press("Enter")
    page.wait_for_selector("article.rule")


def test_everything_can_be_reached_by_tab(eyes: Eyes) -> None:
    page = eyes.open(f"#/rule/{RULE}")
    reached = []
    for _ in range(14):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "document.activeElement.textContent.trim() || document.activeElement.getAttribute('aria-label')"
            )
        )
    assert reached[:3] == ["Skip to the content", "llem-rules", "Search rules"]
    assert [
        word
        for word in ("Rules", "Coverage", "Versions", "Graph", "vllm", "vllm.SamplingParams", "Copy the rule's id")
        if word not in reached
    ] == []
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    assert "/rule/" in page.url


def test_a_page_made_elsewhere_is_the_same(report: Path, tmp_path: Path) -> None:
    file = tmp_path / "again.html"
    subprocess.run(
        [sys.executable, "-m", "llem_rules", "report", "-o", str(file)],
        check=True,
        env={"PYTHONHASHSEED": "7", "PATH": ""},
    )
    assert file.read_bytes() == report.read_bytes()
