"""Putting configs to the live library from the command line."""

from __future__ import annotations

import json
from typing import Any

import typer

from llem_rules.cli.jsonl import parse_line, read_lines, write_line
from llem_rules.engines import Engine, find_engine
from llem_rules.environments import Library, Limits, Session
from llem_rules.environments.choose import open_session, require_version
from llem_rules.replay.evidence import site_text
from llem_rules.reporting.console import status
from llem_rules.reporting.rule_text import BEHAVIOUR_SAYS
from llem_rules.rules.failure import NOT_CHECKED, Failure
from llem_rules.rules.kinds import REACHES
from llem_rules.rules.observation import Observation, texts_of

_AHEAD = 512  # lines read before their answers are waited for


def request_of(native_type: str, kwargs: str) -> dict[str, Any]:
    """The request of ``--type`` and ``--kwargs``.

    Raises:
        Failure: the kwargs are not a JSON object.
    """
    try:
        decoded = json.loads(kwargs)
    except ValueError as error:
        raise Failure(f"--kwargs is not JSON: {error}", hint="""write it as '{"name": value}'""") from error
    if not isinstance(decoded, dict):
        raise Failure("--kwargs is not a JSON object", hint="""write it as '{"name": value}'""")
    return {"native_type": native_type, "kwargs": decoded}


def complete(request: dict[str, Any], engine: Engine, reach: str | None) -> dict[str, Any]:
    """The request with its stage: what it says, else ``--reach``, else as far as the type goes.

    Raises:
        ValueError: a type outside the engine's package, or a stage that is none.
    """
    native_type = request["native_type"]
    if native_type.partition(".")[0] != engine.package:
        raise ValueError(f"{native_type} is not inside the package {engine.package}")
    about = engine.native_types.get(native_type)
    wanted = request.get("reach") or reach or (about.reaches[-1] if about else "construct")
    if wanted not in REACHES:
        raise ValueError(f"no stage is called {wanted!r}: {', '.join(REACHES)}")
    return {"native_type": native_type, "kwargs": request["kwargs"], "reach": wanted}


class Asker:
    """Puts cases to a session, and knows what the library says of empty configs of the same types anyway."""

    def __init__(self, session: Library) -> None:
        self._session = session
        self._usual: dict[tuple[str, str], frozenset[str]] = {}

    def ask(self, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The door's answers, in order."""
        return [answer_of(raw, seen) for raw, seen in self._seen(cases)]

    def observe(self, cases: list[dict[str, Any]]) -> list[Observation]:
        """What was seen of each case, in order."""
        return [seen for _, seen in self._seen(cases)]

    def _seen(self, cases: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Observation]]:
        kinds = {(case["native_type"], case["reach"]) for case in cases} - self._usual.keys()
        new = sorted(kinds)
        empty = [{"native_type": native_type, "kwargs": {}, "reach": reach} for native_type, reach in new]
        raw = self._session.run([*empty, *cases])
        self._usual.update({kind: texts_of(one) for kind, one in zip(new, raw, strict=False)})
        answers = zip(cases, raw[len(new) :], strict=True)
        return [
            (one, Observation.from_raw(one, self._usual[case["native_type"], case["reach"]])) for case, one in answers
        ]


def answer_of(raw: dict[str, Any], seen: Observation) -> dict[str, Any]:
    """The door's answer: ``effect, channel, exception, messages, site, effective`` and how it is known."""
    if seen.unchecked:
        reason, detail = seen.unchecked
        return {"error": f"unchecked ({reason}): {detail}", "unchecked": {"reason": reason, "detail": detail}}
    exception = None
    if seen.exception is not None:
        exception = {name: seen.exception[name] for name in ("type", "message", "field")}
        errors = [
            {"field": e["path"], "type": e["type"], "message": e["message"]} for e in raw["exception"].get("errors", ())
        ]
        if errors:
            exception["errors"] = errors
    return {
        "effect": seen.effect,
        "channel": seen.channel,
        "exception": exception,
        "messages": [
            {
                "channel": m.channel,
                "level": m.level,
                "text": m.text,
                "site": site_text(m.site) if m.site else None,
                "usual": m.usual,
            }
            for m in seen.messages
        ],
        "site": site_text(seen.site) if seen.site else None,
        "effective": dict(seen.effective),
        "stage": seen.stage,
        "proof": seen.proof,
        "behaviour": dict(seen.behaviour),
        "output": seen.output,
    }


def _session(engine: str, env: str, version: str | None, timeout: float) -> Session:
    with status(f"environment  {engine}") as tell:
        return open_session(engine, env, version=version, limits=Limits(timeout_s=timeout), report=tell)


def _require(session: Session, version: str | None) -> None:
    """With `--env here` any version will do, unless one is named."""
    if version is not None:
        require_version(session, version)


def try_one(
    engine: str,
    request: dict[str, Any],
    env: str,
    version: str | None,
    timeout: float,
    reach: str | None,
    *,
    as_json: bool,
) -> int:
    """One config, shown to a person or as one JSON document. Returns the exit code: 3 where it was not seen."""
    try:
        case = complete(request, find_engine(engine), reach)
    except ValueError as error:
        raise Failure(str(error)) from error
    with _session(engine, env, version, timeout) as session:
        _require(session, version)
        answer = Asker(session).ask([case])[0]
        library = f"{session.engine.package} {session.facts.library_version}"
    if as_json:
        summary = {"effect": answer.get("effect"), "library": library}
        document = {"schema_version": 1, "command": "try", "summary": summary, "items": [{**case, **answer}]}
        typer.echo(json.dumps(document, indent=1))
    else:
        _show(case, answer, library)
    return NOT_CHECKED if "unchecked" in answer else 0


def _show(case: dict[str, Any], answer: dict[str, Any], library: str) -> None:
    typer.echo(f"{case['native_type']} · {library} · to the stage {case['reach']}")
    if "unchecked" in answer:
        typer.echo(f"unchecked  {answer['unchecked']['reason']}: {answer['unchecked']['detail']}")
        return
    typer.echo(f"effect     {answer['effect']}" + (f" (proof: {answer['proof']})" if answer["proof"] else ""))
    if answer["exception"]:
        typer.echo(f"raised     {answer['exception']['type']}: {answer['exception']['message']}")
    for message in answer["messages"]:
        anyway = ", of any config" if message["usual"] else ""
        typer.echo(f"said       {message['level'].lower()} ({message['channel']}{anyway}): {message['text']}")
    for name, value in answer["effective"].items():
        gone = isinstance(value, dict) and "$absent" in value
        declared = json.dumps(case["kwargs"].get(name))
        typer.echo(f"effective  {name}: {declared} → {'dropped' if gone else json.dumps(value)}")
    for name, seen in answer["behaviour"].items():
        typer.echo(f"behaviour  {name}: {BEHAVIOUR_SAYS[seen]}")
    if answer["output"]:
        typer.echo(f"printed    {answer['output'].rstrip()}")
    if answer["site"]:
        typer.echo(f"site       {answer['site']}")


def try_lines(engine: str, source: str, env: str, version: str | None, timeout: float, reach: str | None) -> int:
    """The machine door: answers in the order of the lines."""
    about = find_engine(engine)
    with _session(engine, env, version, timeout) as session:
        _require(session, version)
        asker = Asker(session)
        batch: list[dict[str, Any]] = []
        for line in read_lines(source):
            try:
                batch.append(complete(parse_line(line), about, reach))
            except ValueError as error:
                batch.append({"error": str(error)})
            if len(batch) >= _AHEAD:
                _answer(asker, batch)
                batch.clear()
        _answer(asker, batch)
    return 0


def _answer(asker: Asker, batch: list[dict[str, Any]]) -> None:
    answers = iter(asker.ask([one for one in batch if "error" not in one]))
    for one in batch:
        write_line(one if "error" in one else next(answers))
