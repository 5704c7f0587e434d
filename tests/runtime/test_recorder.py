"""What the recorder hears, and what it leaves as it was."""

from __future__ import annotations

import ast
import json
import logging
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import pytest

from llem_rules.runtime import observe, recording, report
from llem_rules.runtime.recording.collecting import MOST_BYTES, MOST_MESSAGES

CONFIG = {"fauxllm.Sampling": {"top_k": 1, "stop": ("a",)}}
LOG = logging.getLogger("fauxllm.engine")
MODULES = sorted(Path(recording.__file__).parent.rglob("*.py"))


def run(path: Path, body: Any, **more: Any) -> dict[str, Any]:
    """The line of one observed body; what it raises is passed over."""
    try:
        with observe(path, study_run_id="s", engine="faux", config=CONFIG, **more) as seen:
            body(seen)
    except ValueError:
        pass
    found = json.loads(path.read_text().splitlines()[-1])
    assert isinstance(found, dict)
    return found


def said(line: dict[str, Any]) -> list[tuple[str, str, str, int]]:
    return [(one["channel"], one["level"], one["text"], one["count"]) for one in line["messages"]]


@pytest.mark.filterwarnings("ignore:old", "ignore:new")  # not shown, and heard all the same
def test_everything_said_with_its_level(tmp_path: Path) -> None:
    def body(seen: Any) -> None:
        seen.stage = "construct"
        LOG.warning("ignored %s", "top_k")
        LOG.info("the reason")
        LOG.debug("not kept")
        LOG.error("worse")
        logging.getLogger("somebody.else").warning("not the engine's")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        warnings.warn("new", stacklevel=1)

    line = run(tmp_path / "o.jsonl", body)
    assert said(line) == [
        ("logger", "WARNING", "ignored top_k", 1),
        ("logger", "INFO", "the reason", 1),
        ("logger", "ERROR", "worse", 1),
        ("warnings", "WARNING", "old", 1),
        ("warnings", "WARNING", "new", 1),
    ]
    assert {one["stage"] for one in line["messages"]} == {"construct"}
    assert (line["outcome"], line["schema_version"], line["cycle"]) == ("success", 1, 0)
    assert line["config"] == {"fauxllm.Sampling": {"top_k": 1, "stop": ["a"]}}


def test_an_exception_is_recorded_and_goes_on(tmp_path: Path) -> None:
    def fail(_seen: Any) -> None:
        raise ValueError("top_k must be positive")

    path = tmp_path / "o.jsonl"
    line = run(path, fail)
    assert (line["outcome"], line["exception"]["type"]) == ("exception", "ValueError")
    assert line["exception"]["message"] == "top_k must be positive"
    with pytest.raises(KeyboardInterrupt), observe(path, study_run_id="s", engine="faux", config=CONFIG):
        raise KeyboardInterrupt
    assert json.loads(path.read_text().splitlines()[-1])["exception"]["type"] == "KeyboardInterrupt"


@pytest.mark.parametrize(("code", "outcome"), [(0, "success"), (None, "success"), (3, "exception")])
def test_leaving_by_exit(tmp_path: Path, code: int | None, outcome: str) -> None:
    path = tmp_path / "o.jsonl"
    with pytest.raises(SystemExit), observe(path, study_run_id="s", engine="faux", config=CONFIG):
        sys.exit(code)
    assert json.loads(path.read_text())["outcome"] == outcome


def test_floods_are_counted_not_stored(tmp_path: Path) -> None:
    path = tmp_path / "o.jsonl"
    LOG.propagate = False
    LOG.addHandler(handler := logging.NullHandler())
    try:

        def body(_seen: Any) -> None:
            for number in range(5000):
                LOG.warning("same")
                LOG.warning("other %d", number)
                LOG.warning("long %s", "x" * 5000)

        line = run(path, body)
    finally:
        LOG.propagate = True
        LOG.removeHandler(handler)
    assert len(line["messages"]) == MOST_MESSAGES
    assert (line["messages"][0]["text"], line["messages"][0]["count"]) == ("same", 5000)
    assert sum(one["count"] for one in line["messages"]) + line["messages_dropped"] == 15_000
    assert path.stat().st_size < 2 * MOST_BYTES


def test_the_worker_shows_raises_and_keeps_what_it_would_without(tmp_path: Path) -> None:
    before = (warnings.filters[:], warnings.showwarning, logging.Logger.handle, logging.Logger.isEnabledFor)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        warnings.filterwarnings("error", message="fatal")
        filters, shown = warnings.filters[:], []
        warnings.showwarning = lambda message, *_more: shown.append(str(message))

        def body(_seen: Any) -> None:
            for _ in range(3):
                warnings.warn("shown once", stacklevel=1)
            warnings.warn("hidden", DeprecationWarning, stacklevel=1)
            with pytest.raises(UserWarning):
                warnings.warn("fatal one", stacklevel=1)

        line = run(tmp_path / "o.jsonl", body)
        assert warnings.filters == filters
    assert [(text, count) for _, _, text, count in said(line)] == [("shown once", 3), ("hidden", 1)]
    assert shown == ["shown once"]
    assert (warnings.filters[:], warnings.showwarning, logging.Logger.handle, logging.Logger.isEnabledFor) == before


def test_a_filter_that_the_body_sets_stays(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        run(tmp_path / "o.jsonl", lambda _seen: warnings.filterwarnings("ignore", message="from the body"))
        assert warnings.filters[0][0] == "ignore"
        assert not any(one[0] == "always" for one in warnings.filters[:1])


def test_nested_and_threaded_bodies_keep_apart(tmp_path: Path) -> None:
    lines: dict[str, dict[str, Any]] = {}

    def work(name: str) -> None:
        def speak(_seen: Any) -> None:
            for _ in range(50):
                LOG.warning("from %s", name)

        lines[name] = run(tmp_path / f"{name}.jsonl", speak)

    def body(_seen: Any) -> None:
        threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        work("inner")

    outer = run(tmp_path / "outer.jsonl", body)
    assert said(outer) == []
    for name, line in lines.items():
        assert said(line) == [("logger", "WARNING", f"from {name}", 50)]


def test_what_a_library_says_once_a_process_is_said_in_every_run(tmp_path: Path, monkeypatch: Any) -> None:
    folder = tmp_path / "oncelib"
    folder.mkdir()
    (folder / "__init__.py").write_text("from oncelib import logs\n")
    (folder / "logs.py").write_text(
        "import functools, logging\n\n@functools.lru_cache(None)\ndef warning_once(self, text):\n    self.warning(text)\n\n"
        "logger = logging.getLogger('oncelib')\nlogging.Logger.warning_once = warning_once\n"
    )
    (folder / "config.py").write_text(
        "from oncelib.logs import logger\n\ndef build():\n    logger.warning_once('ignored')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    import oncelib.config  # type: ignore[import-not-found]

    try:
        for _ in range(2):
            with observe(tmp_path / "o.jsonl", study_run_id="s", engine="x", config={"oncelib.C": {}}):
                oncelib.config.build()
    finally:
        del logging.Logger.warning_once  # type: ignore[attr-defined]
    lines = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text().splitlines()]
    assert [said(line) for line in lines] == [[("logger", "WARNING", "ignored", 1)]] * 2
    assert lines[1]["messages"][0]["site"] == {"file": "oncelib/config.py", "function": "build", "line": 4}


class Built:
    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


@pytest.mark.parametrize(
    ("built", "effective"),
    [
        (Built(top_k=1, stop=["a"]), {}),
        (Built(top_k=0, stop=("a",)), {"top_k": 0}),
        (Built(stop=["a"], other=3), {"top_k": {"$absent": True}}),
        ({"top_k": 2, "stop": ["a"]}, {"top_k": 2}),
    ],
)
def test_effective_values(tmp_path: Path, built: Any, effective: dict[str, Any]) -> None:
    line = run(tmp_path / "o.jsonl", lambda _seen: report(built))
    assert line["effective"] == {"fauxllm.Sampling": effective}
    assert line["observed_config_hash"] is not None


def test_the_observed_hash_is_of_the_state_alone(tmp_path: Path) -> None:
    hashes = [
        run(tmp_path / "o.jsonl", lambda seen, one=one: seen.report(one))["observed_config_hash"]
        for one in (Built(top_k=0, a=1), Built(a=1.0, top_k=0), Built(top_k=0, a=2))
    ]
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize("config", [{"top_k": 1}, {"a.B": 3}, {1: {}}])
def test_what_is_no_config_is_refused(tmp_path: Path, config: Any) -> None:
    with pytest.raises(ValueError, match="native"):
        observe(tmp_path / "o", study_run_id="s", engine="e", config=config)


def test_a_line_that_cannot_be_written_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "o").mkdir()
    with pytest.raises(OSError, match="o"), observe(tmp_path / "o", study_run_id="s", engine="e", config={}):
        pass


def test_importing_it_loads_nothing_heavy() -> None:
    program = (
        "import sys, llem_rules.runtime; print([m for m in ('pydantic', 'yaml', 'rich', 'typer') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_each_module_is_python_3_9_and_stands_on_the_standard_library(module: Path) -> None:
    tree = ast.parse(module.read_text(), feature_version=(3, 9))
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            ours = name.startswith(("llem_rules.inside", "llem_rules.runtime.recording"))
            assert ours or name.partition(".")[0] in sys.stdlib_module_names
