"""Messages that the source composes, as templates: fields by name, ``{*}`` for what cannot be told."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from llem_rules.mining.static.choices import leaves
from llem_rules.mining.static.symbols import Choice, Const, FieldValue, Items, Text, Unknown, Value
from llem_rules.mining.static.views import base_of, is_view

_PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*[\d*]*(?:\.\d+)?([diouxXeEfFgGcrsa%])")
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}:!]*)(?:![rsa])?(?::[^{}]*)?\}")
ANY = Unknown("…", "a part of a message")


def is_text(value: Value) -> bool:
    """Whether the value is a string that the source writes."""
    return isinstance(value, Text) or (isinstance(value, Const) and isinstance(value.value, str))


def text_from(parts: Sequence[Value | ast.expr]) -> Value:
    """Pieces of an f-string, or of strings that are added up."""
    pieces: list[str | Value] = []
    for part in parts:
        match part:
            case ast.Constant(value=value):
                pieces.append(str(value))
            case ast.expr():
                pieces.append(ANY)
            case Text(pieces=inner):
                pieces += inner
            case Const(value=str() | int() | float() as value):
                pieces.append(str(value))
            case _:
                pieces.append(part)
    if all(isinstance(piece, str) for piece in pieces):
        return Const("".join(map(str, pieces)))
    return Text(tuple(pieces))


def _pieces(value: Value) -> tuple[str | Value, ...]:
    if isinstance(value, Text):
        return value.pieces
    return (value.value,) if isinstance(value, Const) and isinstance(value.value, str) else (value,)


def percent(template: Value, args: Value) -> Value:
    """``template % args``."""
    values: list[Value] = list(args.items) if isinstance(args, Items) else [args]
    return substituted(template, values)


def substituted(template: Value, values: list[Value]) -> Value:
    """A template with ``%s`` and its values."""
    left = iter(values)
    made: list[Value | ast.expr] = []
    for piece in _pieces(template):
        if not isinstance(piece, str):
            made.append(piece)
            continue
        position = 0
        for match in _PERCENT.finditer(piece):
            made.append(Const(piece[position : match.start()]))
            position = match.end()
            made.append(Const("%") if match[2] == "%" else ANY if match[1] else next(left, ANY))
        made.append(Const(piece[position:]))
    return text_from(made)


def formatted(template: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """``template.format(*args, **kwargs)``."""
    made: list[Value | ast.expr] = []
    automatic = 0
    for piece in _pieces(template):
        if not isinstance(piece, str):
            made.append(piece)
            continue
        position = 0
        for match in _BRACES.finditer(piece):
            made.append(Const(piece[position : match.start()]))
            position = match.end()
            if match[1] is None:
                made.append(Const(match[0][0]))
                continue
            name = match[1]
            if not name:
                name, automatic = str(automatic), automatic + 1
            found = args[int(name)] if name.isdigit() and int(name) < len(args) else kwargs.get(name, ANY)
            made.append(found)
        made.append(Const(piece[position:]))
    return text_from(made)


def _common(texts: list[str]) -> str:
    start = texts[0]
    while not all(text.startswith(start) for text in texts):
        start = start[:-1]
    return start


def template(value: Value) -> str | None:
    """The message as rules write it; None where nothing of it is known."""
    if isinstance(value, Const) and not isinstance(value.value, str):
        return None
    if isinstance(value, Choice):
        every = [template(leaf) or "" for _, leaf in leaves(value)]
        start = _common(every)
        start = start[: start.rfind("{")] if start.rfind("{") > start.rfind("}") else start
        return f"{start}{{*}}" if start.strip() and not start.endswith(("{", "}")) else None
    written = ""
    for piece in _pieces(value):
        match piece:
            case str():
                written += piece.replace("{", "{{").replace("}", "}}")
            case FieldValue(path=path) if not path.startswith("$") and not is_view(path.removesuffix("|str")):
                written += f"{{{base_of(path)}}}"
            case _:
                written += "{*}"
    written = re.sub(r"(\{\*\})+", "{*}", " ".join(written.split()))
    return written if written.replace("{*}", "").strip() else None
