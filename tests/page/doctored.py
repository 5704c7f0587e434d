"""A corpus with what the committed ones never hold: divergences, rules that could not be checked, and markup in every text."""

from __future__ import annotations

import copy
from typing import Any

from llem_rules.check.load import validated_document
from llem_rules.reporting.page import Known, engine_payload, render

MARKUP = "</script><img src=x onerror=alert(1)>"
DIVERGENT, UNCHECKED = (
    "transformers.WatermarkingConfig.doctored-divergent",
    "transformers.WatermarkingConfig.doctored-unchecked",
)


def doctored() -> str:
    """The page of one native type, made worse."""
    document = dict(validated_document("transformers"))
    kept = [one for one in document["rules"] if one["rule"]["native_type"] == "transformers.WatermarkingConfig"]
    document["rules"] = [*kept, _divergent(kept[0]), _unchecked(kept[0])]
    return render([engine_payload(Known("engine", document))], MARKUP, ["another"])


def _named(entry: dict[str, Any], name: str) -> dict[str, Any]:
    made = copy.deepcopy(entry)
    made["id"] = made["rule"]["id"] = name
    made["rule"]["summary"] = f"A summary with {MARKUP}"
    made["positive"]["message"] = MARKUP
    made["rule"]["kwargs_positive"] = {"greenlist_ratio": MARKUP, "nan": float("nan"), "wide": 2**70, "it's": "'"}
    return made


def _divergent(entry: dict[str, Any]) -> dict[str, Any]:
    made = _named(entry, DIVERGENT)
    made["verdict"] = "divergent"
    made["table"] = {"true_positive": 1, "true_negative": 3, "false_positive": 2, "masked": 4}
    made["divergences"] = [
        {"kind": "noisy", "where": "point", "kwargs": {"greenlist_ratio": 0.5}, "detail": f"accepted {MARKUP}"}
    ]
    made["negative"]["also_fires"] = {UNCHECKED: "unexplained", "gone.Type.rule": "shown"}
    return made


def _unchecked(entry: dict[str, Any]) -> dict[str, Any]:
    made = _named(entry, UNCHECKED)
    made |= {
        "verdict": "unchecked",
        "unchecked": "the worker crashed",
        "table": {"true_positive": 0, "true_negative": 0},
    }
    made["positive"] = {"verdict": "unchecked", "unchecked": "the worker crashed"}
    made["negative"] = {"verdict": "unchecked", "unchecked": "the worker crashed"}
    made.pop("proof", None)
    return made
