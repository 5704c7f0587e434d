"""Every form of a report, against the schema of those who read it."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema

from llem_rules.corpus.locate import Project
from llem_rules.corpus.schemas import schema
from llem_rules.graph.approvals import Approval, Approvals
from llem_rules.graph.comparison import Comparison
from llem_rules.graph.places import Places
from llem_rules.graph.points import Point
from llem_rules.graph.step import Step, file_name, read_step, step_text
from llem_rules.graph.tried import Tried
from llem_rules.reporting import diff_report
from llem_rules.reporting.diff_ci import github, junit
from llem_rules.reporting.diff_markdown import LIMIT, code, escaped, markdown
from llem_rules.reporting.diff_sarif import sarif
from llem_rules.reporting.documents import publish
from tests.graph.build import Plain, compared, rule, side, silent
from tests.graph.test_changes import RULES, SCHEMAS

publish()
SCHEMA_FILES = Path(__file__).parent / "schemas"
SARIF = jsonschema.Draft4Validator(json.loads((SCHEMA_FILES / "sarif-2.1.0.json").read_text()))
JUNIT = xmlschema.XMLSchema(str(SCHEMA_FILES / "junit-10.xsd"))
NASTY = "a `b` <i>c</i> @everyone %0A ::error:: | \x1b[31m \x00 ]]> \u2028 é\n# d"


@cache
def nasty() -> Comparison:
    """A comparison in which every text is as bad as texts get."""
    old = [rule({"n": {"<": 1}}, message_template="plain"), rule({"s": NASTY}, name="s")]
    new = [
        rule({"n": {"<": 2}}, message_template=NASTY),
        silent({"s": {"in": [NASTY, "b"]}}, {"n": {"effective": NASTY}}),
    ]
    new[1]["id"] = "m.Thing.s"
    return compared(side(old, {"n": {"default": NASTY}}), side(new, {"n": {"default": 1}, "m": {"enum": [NASTY]}}, "2"))


@cache
def empty() -> Comparison:
    """Nothing changed."""
    return compared(side([rule({"n": 1})], {}), side([rule({"n": 1})], {}))


@cache
def approved() -> Comparison:
    """Everything changed, and the first change is accepted."""
    whole = everything()
    known = Approval(fingerprint=whole.items[0].change.fingerprint, engine="e", reason=NASTY, author="Ada")
    return compared(whole.old, whole.new, approvals=Approvals((known,)))


@cache
def everything() -> Comparison:
    """Many changes of every kind, and an unchecked rule."""
    old: list[Plain] = []
    new: list[Plain] = [{**rule({"z": 1}, name="z"), "verdict": "unchecked"}]
    for place, (before, after, _) in enumerate(RULES.values()):
        for plains, into in ((before, old), (after, new)):
            for one in plains:
                native_type = f"{one['native_type']}{place}"
                name = f"{native_type}.{one['id'].rpartition('.')[2]}"
                into.append({**one, "native_type": native_type, "id": name})
    fields: list[Plain] = [{}, {}]
    for place, (was, now, _) in enumerate(SCHEMAS.values()):
        for at, case in enumerate((was, now)):
            fields[at][f"f{place}"] = next(iter(case.values()), {})
    return compared(side(old, fields[0]), side(new, fields[1], "2"))


@cache
def tried() -> Comparison:
    """Everything changed, and both versions were asked about all of it, with configs as bad as they get."""
    whole, bad = everything(), Point({"n": NASTY})
    return compared(whole.old, whole.new, ask=lambda change: Tried(bad, None, bad, 3) if change.fields else None)


COMPARISONS = {"tried": tried, "nasty": nasty, "empty": empty, "approved": approved, "everything": everything}
PLACES = Places("e", Project(Path(__file__).parent, "tree"))


@pytest.fixture(params=COMPARISONS)
def comparison(request: pytest.FixtureRequest) -> Comparison:
    """Each of them."""
    return COMPARISONS[request.param]()


def test_sarif(comparison: Comparison) -> None:
    log = json.loads(sarif(comparison, PLACES))
    SARIF.validate(log)
    [run] = log["runs"]
    assert len(run["results"]) == len(comparison.items)
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert sum("suppressions" in one for one in run["results"]) == sum(
        one.approval is not None for one in comparison.items
    )


def test_junit(comparison: Comparison) -> None:
    text = junit(comparison)
    JUNIT.validate(text)
    root = ElementTree.fromstring(text)
    unchecked = bool(comparison.new.unchecked)
    assert len(root.findall(".//testcase")) == len(comparison.items) + unchecked
    assert len(root.findall(".//failure")) == comparison.breaking
    assert len(root.findall(".//error")) == unchecked
    for suite in root.findall("testsuite"):
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))


def test_json(comparison: Comparison) -> None:
    report = json.loads(json.dumps(diff_report.document(comparison, PLACES), default=repr))
    jsonschema.Draft202012Validator(schema("diff-report")).validate(report)
    assert report["summary"]["changes"] == len(report["items"]) == sum(report["summary"]["by_severity"].values())


_COMMAND = re.compile(r"::(error|warning|notice) (?:[a-z]+=[^,:\n]+)(?:,[a-z]+=[^,:\n]+)*::[^\r\n]+")


def test_github(comparison: Comparison) -> None:
    lines = github(comparison, PLACES).split("\n")[:-1]
    assert all(_COMMAND.fullmatch(line) for line in lines)
    assert len([line for line in lines if "file=" in line]) == len(comparison.items)


@pytest.mark.parametrize("limit", [LIMIT, 3000])
def test_markdown_fits(comparison: Comparison, limit: int) -> None:
    text = markdown(comparison, limit)
    assert len(text) <= limit
    assert text.count("<details>") == text.count("</details>")
    shown = len(re.findall(r"^- `.*\n  authors", text, re.MULTILINE))
    left = re.search(r"(\d+) more changes did not fit", text)
    assert shown + (int(left[1]) if left else 0) == len(comparison.items)


def test_markdown_of_bad_texts_calls_nobody_and_marks_nothing_up() -> None:
    outside = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", markdown(nasty()))
    assert "@everyone" not in outside
    assert "<i>" not in outside


@pytest.mark.parametrize(("text", "shown"), [("a", "`a`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("a\nb", "`a b`")])
def test_code_spans(text: str, shown: str) -> None:
    assert code(text) == shown


def test_escaped() -> None:
    assert escaped("a_b* <c> @d") == r"a\_b\* &lt;c&gt; &#64;d"


def test_steps_come_back(comparison: Comparison, tmp_path: Path) -> None:
    steps = diff_report.steps(comparison)
    assert [one.concern for one in steps] == ["invariants", "schemas"]
    assert sum(len(one.changes) for one in steps) == len(comparison.items)
    for step in steps:
        path = tmp_path / file_name("e", step.concern)
        path.write_text(step_text(step))
        assert read_step(path) == step


def test_a_report_is_the_same_twice(comparison: Comparison) -> None:
    def made() -> Any:
        again = compared(comparison.old, comparison.new, approvals=comparison.approvals)
        return (
            diff_report.document(again, PLACES),
            markdown(again),
            [step_text(one) for one in diff_report.steps(again)],
        )

    assert repr(made()) == repr(made())


def test_the_step_has_a_published_schema() -> None:
    [step, _] = diff_report.steps(empty())
    jsonschema.Draft202012Validator(schema("engine-step-diff")).validate(json.loads(Step.model_dump_json(step)))
