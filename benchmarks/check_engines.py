"""One config of five set fields, judged by us and by other engines, on the same rules and configs, in one run.

python benchmarks/check_engines.py

Needs zen-engine, rule-engine, json-logic-qubit, jsonschema-rs and common-expression-language. The rules are those
confirmed refusals of one native type that all of them can say: comparisons of fields with constants, AND-ed, OR-ed,
negated. We also judge with every rule of the type, and of two other large types. Configs: ``repeated`` asks the same ones
again, ``fresh`` asks each once, with numbers never seen; both are the best of five.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from typing import Any

from llem_rules.check import Corpus, load_compiled
from llem_rules.rules import Config, compile_predicate
from llem_rules.rules.predicates import AllOf, AnyOf, Field, Not, Predicate

TYPE, ENGINE = "vllm.SamplingParams", "vllm"
FIELDS = ("temperature", "top_p", "n", "repetition_penalty", "presence_penalty")
ORDER = {"<", "<=", ">", ">="}
KNOWN = {"present", "type_is", "type_is_not", "matches"}


def said(predicate: Predicate) -> Any:
    """A predicate as nested tuples of what every engine has, or None."""
    match predicate:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            inner = [said(part) for part in parts]
            word = "and" if isinstance(predicate, AllOf) else "or"
            return None if None in inner or not inner else (word, *inner)
        case Not(part=part):
            return None if (one := said(part)) is None else ("not", one)
        case Field(path=path, tests=tests) if "." not in path:
            atoms = []
            for test in tests:
                number = type(test.operand) in (int, float) and abs(test.operand) < 1e9
                if test.operator in ORDER and number:
                    atoms.append((test.operator, path, test.operand))
                elif test.operator in KNOWN and path in FIELDS:
                    # Every config here sets these fields to a number, so this is known before any is asked.
                    config = Config({path: 1 if path == "n" else 0.5})
                    if compile_predicate(Field(path, (test,)))(config) is False:
                        atoms.append((">", path, 1_000_000_000))
                else:
                    return None
            return ("and", *(atoms or [("<", path, 1_000_000_000)]))
    return None


def infix(one: Any, words: dict[str, str], real: bool = False) -> str:
    """The tuples as text with the engine's own words."""
    if one[0] in ("and", "or"):
        return "(" + f" {words[one[0]]} ".join(infix(part, words, real) for part in one[1:]) + ")"
    if one[0] == "not":
        return f"{words['not']}({infix(one[1], words, real)})"
    return f"({one[1]} {one[0]} {float(one[2]) if real else one[2]})"


def logic(one: Any) -> Any:
    """The tuples as JsonLogic."""
    if one[0] in ("and", "or"):
        return {one[0]: [logic(part) for part in one[1:]]}
    return {"!": [logic(one[1])]} if one[0] == "not" else {one[0]: [{"var": one[1]}, one[2]]}


def schema(one: Any) -> Any:
    """The tuples as JSON Schema: it accepts what the predicate is true of."""
    if one[0] in ("and", "or"):
        return {"allOf" if one[0] == "and" else "anyOf": [schema(part) for part in one[1:]]}
    if one[0] == "not":
        return {"not": schema(one[1])}
    word = {"<": "exclusiveMaximum", "<=": "maximum", ">": "exclusiveMinimum", ">=": "minimum"}[one[0]]
    return {"properties": {one[1]: {word: one[2], "type": "number"}}, "required": [one[1]]}


def engines(rules: list[Any]) -> dict[str, Callable[[dict[str, Any]], int]]:
    """For each engine, how many of the rules fire on a config in which every field has a number."""
    import cel  # type: ignore[import-not-found]
    import jsonschema_rs  # type: ignore[import-not-found]
    import rule_engine  # type: ignore[import-not-found]
    import zen  # type: ignore[import-not-found]
    from json_logic import jsonLogic  # type: ignore[import-not-found]

    words = {"and": "and", "or": "or", "not": "not "}
    zens = [zen.compile_expression(infix(one, words)) for one in rules]
    named = [rule_engine.Rule(infix(one, words)) for one in rules]
    cels = [cel.compile(infix(one, {"and": "&&", "or": "||", "not": "!"}, real=True)) for one in rules]
    logics = [logic(one) for one in rules]
    schemas = [jsonschema_rs.validator_for(schema(one)) for one in rules]
    text = "def validate(c):\n    hits = 0\n"
    for name in sorted({name for one in rules for name in names(one)}):
        text += f"    {name} = c['{name}']\n"
    text += "".join(f"    hits += {infix(one, words)}\n" for one in rules) + "    return hits\n"
    space: dict[str, Any] = {}
    exec(text, space)
    return {
        "zen-engine": lambda c: sum(bool(one.evaluate(c)) for one in zens),
        "rule-engine": lambda c: sum(one.matches(c) for one in named),
        "cel (Rust)": lambda c: sum(one.execute({k: float(v) for k, v in c.items()}) for one in cels),
        "json-logic": lambda c: sum(bool(jsonLogic(one, c)) for one in logics),
        "jsonschema-rs": lambda c: sum(one.is_valid(c) for one in schemas),
        "hand-written Python": space["validate"],
    }


def names(one: Any) -> set[str]:
    """The fields of the tuples."""
    return {one[1]} if one[0] in ORDER else {name for part in one[1:] for name in names(part)}


def microseconds(ask: Callable[[dict[str, Any]], Any], lots: list[list[dict[str, Any]]]) -> float:
    """For each config, of the lot that took least."""
    best = float("inf")
    for lot in lots:
        began = time.perf_counter()
        for config in lot:
            ask(config)
        best = min(best, (time.perf_counter() - began) / len(lot))
    return round(best * 1e6, 2)


def parted(configs: list[dict[str, Any]], count: int) -> list[list[dict[str, Any]]]:
    """So many lots, one behind the other."""
    size = len(configs) // count
    return [configs[at * size : (at + 1) * size] for at in range(count)]


def drawn(draw: random.Random, fresh: bool) -> dict[str, Any]:
    """Five set fields, most of them legal."""
    pools: list[list[float]] = [
        [0.2, 0.5, 0.7, 1.0],
        [0.5, 0.8, 0.9, 1.0],
        [1, 2, 4, 8],
        [1.0, 1.05, 1.2],
        [-1.0, 0.0, 0.5, 3.0],
    ]
    config: dict[str, Any] = {name: draw.choice(pool) for name, pool in zip(FIELDS, pools, strict=True)}
    if fresh:
        config |= {
            "temperature": draw.random() + 0.1,
            "top_p": draw.random() + 0.01,
            "presence_penalty": draw.uniform(-3, 3),
        }
    return config


def serving(draw: random.Random) -> dict[str, Any]:
    """Five set arguments of a server, all numbers drawn from many."""
    return {
        "max_num_seqs": draw.randint(1, 2_000),
        "max_num_batched_tokens": draw.randint(2_048, 90_000),
        "gpu_memory_utilization": draw.random(),
        "max_model_len": draw.randint(16, 2_048),
        "seed": draw.randint(0, 1_000_000_000),
    }


def generating(draw: random.Random) -> dict[str, Any]:
    """Five set fields of a generation config, all numbers drawn from many."""
    return {
        "do_sample": True,
        "temperature": draw.random() + 0.01,
        "top_p": draw.random(),
        "top_k": draw.randint(1, 100_000),
        "max_new_tokens": draw.randint(1, 100_000),
    }


OTHERS = {("vllm", "vllm.EngineArgs"): serving, ("transformers", "transformers.GenerationConfig"): generating}


def other(engine: str, native_type: str, draw: random.Random) -> dict[str, float]:
    """Another type with many rules: what a config of fresh values costs."""
    whole = load_compiled(engine)
    configs = [OTHERS[engine, native_type](draw) for _ in range(6_000)]
    for config in configs[:1_000]:
        whole.judge(native_type, config)
    fresh_us = microseconds(lambda one: whole.judge(native_type, one), parted(configs[1_000:], 5))
    return {"rules": whole.looked_at(native_type), "fresh_us": fresh_us}


def main() -> None:
    """Measure and print."""
    whole = load_compiled(ENGINE)
    able = [(rule, one) for rule in whole.rules_of(TYPE) if (one := said(rule.predicate)) and names(one) <= set(FIELDS)]
    same: Any = Corpus(ENGINE, whole.version, [rule for rule, _ in able], {TYPE: whole.defaults(TYPE)})
    draw = random.Random(1)
    repeated = [drawn(draw, fresh=False) for _ in range(200)]
    known: dict[str, Any] = dict(engines([one for _, one in able]))
    wrong = {
        name: sum(bool(ask(c)) != (same.judge(TYPE, c).effect != "pass") for c in repeated)
        for name, ask in known.items()
    }
    known = {
        "llem-rules, the same rules": lambda c: same.judge(TYPE, c),
        "llem-rules, the whole type": lambda c: whole.judge(TYPE, c),
        **known,
    }
    figures: dict[str, dict[str, float]] = {}
    for name, ask in known.items():
        fresh = parted([drawn(draw, fresh=True) for _ in range(2_600)], 26)  # each engine has its own, never seen
        for config in [*repeated * 3, *fresh[0]]:
            ask(config)
        lots = [[one for lot in fresh[at : at + 5] for one in lot] for at in range(1, 26, 5)]
        figures[name] = {"repeated_us": microseconds(ask, [repeated * 10] * 5), "fresh_us": microseconds(ask, lots)}
    ours = figures["llem-rules, the whole type"]
    for held in figures.values():
        held |= {f"{kind}_times_ours_whole_type": round(held[f"{kind}_us"] / ours[f"{kind}_us"], 2)
                 for kind in ("repeated", "fresh")}  # fmt: skip
    print(
        json.dumps(
            {
                "load": os.getloadavg()[0],
                "rules_that_all_can_say": len(able),
                "rules_of_the_type": whole.looked_at(TYPE),
                "disagreements_with_ours": wrong,
                "figures": figures,
                "other_types": {native_type: other(engine, native_type, draw) for engine, native_type in OTHERS},
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
