"""``explain`` at work: a config, a rule or a lint code, as text or as a document."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llem_rules.cli.checking import Shelf
from llem_rules.rules.failure import NOTHING, Failure


def explain_what(what: Sequence[str], native_type: str | None, shelf: Shelf, *, as_json: bool) -> int:
    """Write what is known. Returns the exit code.

    Raises:
        Failure: (2) it is nothing that is known here.
    """
    if len(what) > 1 or Path(what[0]).is_file() or " " in what[0]:
        return _configs(what, native_type, shelf, as_json=as_json)
    found = _lint_code(what[0].upper()) if re.fullmatch(r"[Ll]\d{3}", what[0]) else _rule(what[0])
    text, document = found
    _write(text, document, as_json=as_json)
    return 0


def _write(text: str, document: Any, *, as_json: bool) -> None:
    sys.stdout.write(json.dumps(document, indent=1, default=repr) + "\n" if as_json else text)


def _configs(arguments: Sequence[str], native_type: str | None, shelf: Shelf, *, as_json: bool) -> int:
    from llem_rules.check.policy import Policy
    from llem_rules.cli.checking import judge_found
    from llem_rules.cli.reading import read_all
    from llem_rules.formats.explaining import settings_of
    from llem_rules.reporting.explain_report import of_settings
    from llem_rules.reporting.side_by_side import side_by_side

    texts, told = [], []
    for found in read_all(list(arguments), native_type):
        # What a project has decided to live with becomes of its settings all the same: no policy here.
        verdicts = judge_found(found, native_type, shelf, Policy(), once=False)
        for verdict in verdicts:
            if verdict.part.around is None:
                settings = list(settings_of(verdict, verdicts))
                corpus = verdict.corpus
                member = f" · {verdict.part.label}" if found.study is not None else ""
                title = f"{found.file}{member} · {verdict.part.native_type} · {corpus.engine} {corpus.version}"
                texts.append(side_by_side(title, settings))
                told += [(found.file, corpus.engine, corpus.version, one) for one in settings]
    if not texts:
        sys.stderr.write(f"nothing to explain in {', '.join(arguments)}: no engine's config or command is in it\n")
        return NOTHING
    _write("".join(texts), of_settings(told), as_json=as_json)
    return 0


def _rule(identity: str) -> tuple[str, dict[str, Any]]:
    import difflib

    from llem_rules.check.load import validated_document
    from llem_rules.engines import engine_for_type
    from llem_rules.reporting.explain_report import of_rule
    from llem_rules.reporting.rule_pages import address_of
    from llem_rules.reporting.rule_text import rule_text
    from llem_rules.rules.kinds import rule_from

    engine = engine_for_type(identity)
    if engine is None:
        hint = "a file that is there, a rule's id, or a code such as L012"
        raise Failure(f"{identity!r} is neither a file, nor a rule, nor a lint code", hint=hint)
    document = validated_document(engine.name)
    entries = {str(entry["id"]): entry for entry in document["rules"]}
    if identity not in entries:
        near = difflib.get_close_matches(identity, entries, n=1)
        raise Failure(f"no rule is called {identity}", hint=f"did you mean {near[0]}?" if near else None)
    entry = entries[identity]
    place = address_of(engine.name, rule_from(entry["rule"]))
    pages = (
        f"\npages      #/rule/{identity} in what `llem-rules report` writes\n           {place} in the documentation\n"
    )
    return rule_text(entry, document["environment"], document.get("platforms")) + pages, of_rule(entry, document)


def _lint_code(code: str) -> tuple[str, dict[str, Any]]:
    from llem_rules.corpus.lint.codes import codes
    from llem_rules.reporting.explain_report import of_code

    about = codes().get(code)
    if about is None:
        raise Failure(f"there is no lint code {code}", hint=f"codes: {', '.join(codes())}")
    text = (
        f"{about.code} {about.title}\n\n{about.summary}\n\n"
        f"  avoid   {about.avoid}\n  prefer  {about.prefer}\n\n{about.rationale}\n"
    )
    return text, of_code(about)
