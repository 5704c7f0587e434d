"""Whether a test can have the wanted outcome, from what the live library answers for its parts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from llem_rules.mining.reach.roots import Root, RootKind, Roots

Answers = frozenset[tuple[bool, str]]
_FIXED: frozenset[RootKind] = frozenset({"model", "platform", "gpu", "package", "env"})
_WORDS: dict[RootKind, str] = {"platform": "another platform", "gpu": "a GPU", "model": "a model"}


def leaves(test: ast.expr) -> Iterator[ast.expr]:
    """The parts of a test that are joined by ``and``, ``or`` and ``not``."""
    match test:
        case ast.BoolOp(values=values):
            for value in values:
                yield from leaves(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from leaves(operand)
        case _:
            yield test


def fixed(roots: Roots) -> bool:
    """Whether no config changes the value: it depends on the surroundings or on the model alone."""
    return all(root.kind in _FIXED for root in roots)


def blocked(test: ast.expr, wanted: bool, why: Callable[[ast.expr, bool], str | None]) -> str | None:
    """Why the test cannot be ``wanted`` here; None where it may be. ``why`` answers for a single part."""
    match test:
        case ast.BoolOp(op=op, values=values):
            reasons = [blocked(value, wanted, why) for value in values]
            told = [one for one in reasons if one is not None]
            enough = bool(told) if isinstance(op, ast.And) == wanted else len(told) == len(values)
            return told[0] if enough else None
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return blocked(operand, not wanted, why)
    return why(test, wanted)


def worded(leaf: ast.expr, roots: Roots, answers: Answers, installed: Callable[[str], bool]) -> str:
    """What is missing for a part whose answers are all the wrong way round."""
    text = " ".join(ast.unparse(leaf).split())[:160]
    shown = " or ".join(sorted({value for _, value in answers}))[:80]
    if not roots:
        return f"never: {text} is {shown} in this version"
    kinds = {root.kind for root in roots}
    words = [_WORDS[kind] for kind in ("model", "gpu", "platform") if kind in kinds]
    words += [_package(root, installed) for root in sorted(roots) if root.kind == "package" and root.name]
    words += [f"an environment variable: {root.name}" for root in sorted(roots) if root.kind == "env"]
    words = words or [f"other packages: {text} is {shown} here"]
    if kinds & {"model", "gpu", "platform"}:
        return f"needs {' or '.join(words)}: {text} is {shown} here"
    return f"needs {' or '.join(dict.fromkeys(words))}"


def _package(root: Root, installed: Callable[[str], bool]) -> str:
    return f"another version of a package, or none: {root.name}" if installed(root.name) else f"a package: {root.name}"
