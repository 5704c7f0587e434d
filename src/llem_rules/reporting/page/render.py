"""The page's own files and a payload, put together."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from typing import Any

SCRIPTS = (
    "data", "elements", "words", "values", "clauses", "search", "home", "list", "rule", "type", "coverage", "versions",
    "graph_layout", "graph", "keys", "start",
)  # fmt: skip
STYLES = ("ground", "frame", "list", "rule", "views")


def render(engines: Iterable[dict[str, Any]], title: str, without: Iterable[str] = ()) -> str:
    """The page as text. ``without``: engines of which nothing has been proved yet.

    The page may run its one script and load nothing: it says so to the browser itself.
    """
    payload = json.dumps({"engines": list(engines), "without": list(without)}, ensure_ascii=False, allow_nan=False)
    script = "(() => {\n" + "".join(_text("js", f"{name}.js") for name in SCRIPTS) + "})();"
    parts = {
        "title": escape(title),
        "style": "".join(_text("css", f"{name}.css") for name in STYLES),
        "script": script,
        "hash": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        # Inside a script element only this would end it.
        "payload": payload.replace("<", "\\u003c"),
    }
    whole = _text("page.html")
    for name, text in parts.items():
        whole = whole.replace("{{ " + name + " }}", text, 1) if name != "payload" else whole
    return whole.replace("{{ payload }}", parts["payload"], 1)


def _text(*path: str) -> str:
    return files(__package__).joinpath(*path).read_text(encoding="utf-8")
