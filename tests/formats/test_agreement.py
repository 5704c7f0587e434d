"""What is said of a config in a file is what the live library does with it, through every format that can carry it."""

from __future__ import annotations

import json
import shlex
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from llem_rules.check import CompiledCorpus, load_compiled, load_corpus
from llem_rules.check.editor import editor_schema
from llem_rules.check.here import AllConfigs
from llem_rules.check.judgement import Judgement
from llem_rules.check.platforms import on_platform
from llem_rules.check.policy import Policy
from llem_rules.cli.app import run
from llem_rules.cli.checking import Shelf, judge_found
from llem_rules.engines import find_engine
from llem_rules.environments.choose import open_library
from llem_rules.environments.gears import Gears
from llem_rules.formats import Found, read_command, read_text_as
from llem_rules.formats.judging import as_parsed
from llem_rules.formats.verdicts import Verdict
from llem_rules.replay.run import live_defaults
from llem_rules.rules.observation import Observation
from llem_rules.verification.oracle import Oracle
from llem_rules.verification.pools import make_pools
from llem_rules.verification.sampling import Sampler
from tests.formats.carriers import ENGINE_ARGS, GENERATION, QUANTIZED, SAMPLING, carried, plain

TYPES = {"transformers": (GENERATION, *QUANTIZED), "vllm": (SAMPLING, ENGINE_ARGS)}
SAMPLES = 2_000
pytestmark = [pytest.mark.slow]


def read(name: str, text: str) -> Found:
    return read_command(shlex.split(text)) if name == "command" else read_text_as(text, Path(name), None, name)


def report(*lines: str) -> None:
    """Figures, for who runs it with ``-s``."""
    sys.stdout.write("\n".join((*lines, "")))


def refuses(verdicts: list[Verdict]) -> bool:
    """Whether anything says that the config is refused before it is used."""
    return any(
        note.effect == "error" and (note.finding is None or note.finding.rule.reach != "generate")
        for verdict in verdicts
        for note in verdict.notes
    )


def refusing(judgement: Judgement) -> bool:
    """The same of arguments that stand in no file."""
    return any(one.effect == "error" and one.rule.reach != "generate" for one in judgement.findings)


def needs_a_package(seen: Observation) -> bool:
    """Whether the library refused for want of a package: that is this machine's affair, and ``check`` says "undecided"."""
    if seen.exception is None:
        return False
    return "ImportError" in seen.exception["mro"] or "No module named" in str(seen.exception["message"])


def writable(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """A config as a file can hold it, the model aside: that is the one of the tests."""
    return {name: value for name, value in kwargs.items() if name not in ("model", "tokenizer") and plain(value)}


def handed_on(corpus: CompiledCorpus, native_type: str, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the engine's own command hands them on: its parser makes configs of mappings."""
    plain = find_engine(corpus.engine).native_types[native_type].holds
    held = {name: kind for name, kind in corpus.held_in(native_type, kwargs).items() if name not in plain}
    return {**kwargs, **{name: {"$native": kind, "kwargs": kwargs[name]} for name, kind in held.items()}}


def laid_out(engine: str, folder: Path) -> str:
    """The path of the model of the tests, written down as the library has it: a file names its model, and a check looks."""
    for name, text in find_engine(engine).files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return str(folder / "tiny-llama")


def sampled(oracle: Oracle, library: Any, types: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    names = [name for name in types if name in oracle.defaults]
    pools = make_pools(library, oracle.corpus, {name: oracle.defaults[name] for name in names}, 17)
    shares = {name: SAMPLES // 2 if name in (GENERATION, SAMPLING, ENGINE_ARGS) else SAMPLES // 8 for name in names}
    for name in names:
        yield from ((name, writable(one)) for one in Sampler(pools[name], 17).draw(shares[name]))


@pytest.mark.parametrize("engine", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in TYPES])
def test_a_file_is_judged_as_the_library_judges_it(engine: str, tmp_path: Path) -> None:
    model = laid_out(engine, tmp_path)
    same, counts = Counter[str](), Counter[str]()
    unlike: list[tuple[bool, str, dict[str, Any]]] = []
    made = editor_schema(load_compiled(engine)).schema["properties"]
    schemas = {name: jsonschema.Draft202012Validator(one) for name, one in made.items()}
    with open_library(engine, "venv", report=lambda _said: None) as session:
        library = Gears(session)
        known = [name for name in TYPES[engine] if name not in session.facts.missing_types]
        # What --here says where the library runs. Who knows less of the place than that is told less, and nothing wrong.
        shelf, anywhere = Shelf(None, None), on_platform(session.facts.device)
        here = shelf.for_type(known[0]).around = replace(session.facts.surroundings, configs=AllConfigs())
        oracle = Oracle(library, load_corpus(engine), live_defaults(library, known))
        configs = [one for one in sampled(oracle, library, tuple(known)) if one[1]]
        handed = [(name, handed_on(shelf.for_type(name), name, kwargs)) for name, kwargs in configs]
        observed = zip(configs, oracle.observe(configs), handed, oracle.observe(handed), strict=True)
        for (native_type, kwargs), seen, _handed, seen_parsed in observed:
            if seen.unchecked or needs_a_package(seen) or seen_parsed.unchecked:
                continue
            refused = seen.effect == "error"
            if not refused and shelf.for_type(native_type).judge(native_type, kwargs, here).effect != "error":
                # Nothing that the library takes, also when it generates, is underlined in an editor.
                assert not plain(kwargs) or schemas[native_type].is_valid(json.loads(json.dumps(kwargs))), kwargs
            said = {"model": model, **kwargs} if native_type == ENGINE_ARGS else kwargs
            assert refused or not refusing(shelf.for_type(native_type).judge(native_type, said, anywhere)), kwargs
            for format_, (name, text) in carried(native_type, said).items():
                found = read(name, text)
                verdicts = judge_found(found, None, shelf, Policy())
                [part, *_] = found.parts or [verdict.part for verdict in verdicts]
                got = {one: value for one, value in part.kwargs.items() if one not in ("model", "quant_method")}
                want = {one: value for one, value in kwargs.items() if one != "quant_method"}
                assert got == want, (format_, kwargs)
                # Nothing is lost on the way: the file says at least what the bare arguments say.
                corpus = shelf.for_type(native_type)
                bare = corpus.judge(native_type, as_parsed(part, said, corpus), here)
                assert refuses(verdicts) or not refusing(bare), (format_, kwargs)
                counts[format_] += 1
                wanted = (seen_parsed if part.parsed else seen).effect == "error"
                same[format_] += refuses(verdicts) == wanted
                if refuses(verdicts) != wanted:
                    unlike.append((wanted, native_type, kwargs))
    alarms = {json.dumps(one[1:], sort_keys=True) for one in unlike if not one[0]}
    missed = {json.dumps(one[1:], sort_keys=True) for one in unlike if one[0]}
    told = {name: f"{same[name]} of {counts[name]}" for name in counts}
    report(engine, f"{len(configs)} configs", json.dumps(told), *(f"alarm {one}" for one in sorted(alarms)),
           *(f"missed {one}" for one in sorted(missed)))  # fmt: skip
    assert alarms == set()
    assert same == counts, told


def planted(oracle: Oracle, library: Any, types: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Configs that the library takes, each with what one confirmed rule refuses put into it."""
    names = [name for name in types if name in oracle.defaults]
    pools = make_pools(library, oracle.corpus, {name: oracle.defaults[name] for name in names}, 23)
    drawn: list[tuple[str, dict[str, Any]]] = []
    refusing: list[Mapping[str, Any]] = []
    for name in names:
        rules = [one for one in oracle.corpus.rules if (one.native_type, one.expected.effect) == (name, "error")]
        legal = Sampler(pools[name], 23).draw(len(rules), legal=True)
        for rule, kwargs in zip(rules, legal, strict=False):
            drawn.append((name, writable(kwargs)))
            refusing.append(writable(rule.kwargs_positive))
    seen = oracle.observe(drawn)
    for (name, kwargs), bad, one in zip(drawn, refusing, seen, strict=True):
        if one.effect != "error" and not one.unchecked:
            yield name, {**kwargs, **bad}


@pytest.mark.parametrize("engine", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in TYPES])
def test_what_is_fixed_is_taken(engine: str, tmp_path: Path) -> None:
    """After ``--fix`` neither ``check`` nor the live library refuses the file.

    What only another platform, package or variable lets pass is left open by ``check``, which does not know where a config
    will run; the oracle knows these.
    """
    shelf, left = Shelf(None, None), 0
    with open_library(engine, "venv", report=lambda _said: None) as session:
        library = Gears(session)
        known = [name for name in TYPES[engine] if name not in session.facts.missing_types]
        oracle = Oracle(library, load_corpus(engine), live_defaults(library, known))
        fixed: list[tuple[str, dict[str, Any]]] = []
        for native_type, kwargs in planted(oracle, library, tuple(known)):
            texts = sorted(carried(native_type, kwargs).items()) if kwargs else []
            if not texts or oracle.judge(native_type, kwargs).effect != "error":
                continue
            format_, (name, text) = texts[len(fixed) % len(texts)]
            if name == "command":
                continue
            path = tmp_path / str(len(fixed)) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            if run(["check", str(path), "--fix"]):
                left += 1
                continue
            found = read(str(path), path.read_text())
            part = (found.parts or [one.part for one in judge_found(found, None, shelf, Policy())])[0]
            assert not refuses(judge_found(found, None, shelf, Policy())), (format_, text)
            fixed.append((native_type, writable({k: v for k, v in part.kwargs.items() if k != "quant_method"})))
        refused = [
            (one, seen.exception)
            for one, seen in zip(fixed, oracle.observe(fixed), strict=True)
            if seen.effect == "error" and not needs_a_package(seen) and oracle.judge(*one).effect != "error"
        ]
    report(engine, f"{len(fixed)} fixed, {left} with nothing that would mend them", *map(str, refused))
    assert len(fixed) > 50
    assert not refused
    assert left <= len(fixed) // 20
