"""A change of one setting written into the text that it stands in, with everything else left as it is.

Each way of writing it is tried on the text, and kept only if the text, read again, says the change and nothing else.
"""

from __future__ import annotations

import io
import json
import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from llem_rules.check.fixing import Fix
from llem_rules.corpus.findings import Span
from llem_rules.formats.found import Part
from llem_rules.formats.source import Source
from llem_rules.rules.failure import Failure

Reader = Callable[[str], list[Part]]
"""The parts of a text, in order, those that stand in fields of others included."""


def edited(text: str, parts: list[Part], at: int, fix: Fix, read: Reader) -> str | None:
    """The text with a change of the part at a place of the list; None where it cannot be written."""
    part = parts[at]
    for candidate in _candidates(text, part, fix):
        try:
            again = read(candidate)
        except (ValueError, Failure):  # no text of the format any more
            continue
        if _says(again, parts, at, fix):
            return candidate
    return None


def _says(again: list[Part], before: list[Part], at: int, fix: Fix) -> bool:
    wanted = fix.applied(before[at].kwargs)
    changed = before[at]
    # What stood in the field goes with it; these parts come after the one that they stand in.
    before = [one for one in before if not _stands_in(one, changed, fix.field)] if fix.drop else before
    if len(again) <= at or [one.native_type for one in again[: at + 1]] != [
        one.native_type for one in before[: at + 1]
    ]:
        return False
    around = before[at].within
    if _plain(again[at].kwargs) != _plain(wanted) or len(again) != len(before):
        return False
    for new, old in zip(again, before, strict=True):
        # What an anchor names stands in several places, and one around the change has it inside.
        same = [_less(one, around) for one in (old.kwargs, fix.applied(old.kwargs))]
        if _less(new.kwargs, around) not in same:
            return False
    return True


def _stands_in(part: Part, outer: Part, field: str) -> bool:
    """Whether a part stands in a field of another one, at any depth."""
    if part.around is None:
        return False
    return (part.around is outer and part.within == field) or _stands_in(part.around, outer, field)


def _less(kwargs: Mapping[str, Any], name: str | None) -> str:
    return _plain({key: value for key, value in kwargs.items() if key != name})


def _plain(kwargs: Mapping[str, Any]) -> str:
    """For comparing: True is not 1 here, and NaN is NaN."""
    return json.dumps(kwargs, sort_keys=True, default=repr)


def _candidates(text: str, part: Part, fix: Fix) -> Iterator[str]:
    place = part.places.get(fix.field)
    source = Source(text)
    if place is not None:
        yield from _dropped(source, place.key, place.value) if fix.drop else _set(source, place.value, fix.value)
    if fix.field in part.keys:
        yield from _whole(text, part, fix)


def _set(source: Source, span: Span, value: Any) -> Iterator[str]:
    start, end = _offsets(source, span)
    written = json.dumps(value, ensure_ascii=False)
    bare = value if isinstance(value, str) else written
    if shlex.quote(bare) == bare and not isinstance(value, str):
        yield source.text[:start] + bare + source.text[end:]
    for one in (written, bare):
        yield source.text[:start] + one + source.text[end:]


def _dropped(source: Source, key: Span, value: Span) -> Iterator[str]:
    text = source.text
    start, end = _offsets(source, key)[0], _offsets(source, value)[1]
    line, stop = text.rfind("\n", 0, start) + 1, text.find("\n", max(end - 1, start))
    stop = len(text) if stop < 0 else stop + 1
    if not text[line:start].strip():
        yield text[:line] + text[stop:]  # whole lines
    while start and text[start - 1] in "\"'" and text[start - 1] == text[end : end + 1]:
        start, end = start - 1, end + 1
    behind, before = end, start
    while behind < len(text) and text[behind].isspace():
        behind += 1
    while before and text[before - 1].isspace():
        before -= 1
    if text[behind : behind + 1] == ",":
        behind += 1
        if text[before - 1 : before] in "{[,":
            yield text[:before] + text[behind:]
        yield text[:start] + text[behind:].lstrip()
    if text[before - 1 : before] == ",":
        yield text[: before - 1] + text[end:]
    yield text[:before] + text[end:]


def _offsets(source: Source, span: Span) -> tuple[int, int]:
    return source.offset(span.line, span.column), source.offset(span.end_line, span.end_column)


def _whole(text: str, part: Part, fix: Fix) -> Iterator[str]:
    """The document written anew: where the place alone cannot be changed."""
    try:
        data = json.loads(text)
    except ValueError:
        yield from _whole_yaml(text, part, fix)
        return
    _apply(data, part, fix)
    indent = next((len(line) - len(line.lstrip()) for line in text.splitlines()[1:] if line.strip()), 2)
    compact = "\n" not in text.strip()
    yield json.dumps(data, indent=None if compact else indent, ensure_ascii=False) + "\n" * text.endswith("\n")


def _whole_yaml(text: str, part: Part, fix: Fix) -> Iterator[str]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    try:
        data = yaml.load(text)
        _apply(data, part, fix)
    except (YAMLError, KeyError, IndexError, TypeError):  # several documents, or a value that an anchor brings in
        return
    out = io.StringIO()
    yaml.dump(data, out)
    yield out.getvalue()


def _apply(data: Any, part: Part, fix: Fix) -> None:
    held = data
    for key in part.path:
        held = held[key]
    if fix.drop:
        del held[part.keys[fix.field]]
    else:
        held[part.keys[fix.field]] = fix.value
