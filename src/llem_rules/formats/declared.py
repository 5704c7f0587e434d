"""What the discovered schema says of a part: names that its type does not declare, and values of another type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llem_rules.check.compiled import CompiledCorpus
from llem_rules.check.fixing import Fix
from llem_rules.corpus.discovered import Discovered
from llem_rules.corpus.findings import near
from llem_rules.formats.found import Part
from llem_rules.formats.verdicts import Note


def of_schema(part: Part, kwargs: Mapping[str, Any], corpus: CompiledCorpus) -> Iterator[Note]:
    """Notes on names and values."""
    discovered = Discovered(corpus.engine, corpus.version, corpus.schema)
    properties = corpus.schema.get(part.native_type, {}).get("properties", {})
    for name, value in kwargs.items():
        place = part.place(name)
        if name not in properties:
            lenient = part.open or discovered.accepts_unknown(part.native_type)
            meant = near(name, properties, 0.85 if lenient else 0.6)
            if (meant is not None and not name.startswith("_")) or (properties and not lenient):
                known = corpus.schema_version == corpus.version
                effect = "error" if known and not lenient else "warn"
                text = f"{place.spelled}: {part.native_type} has no such field"
                text += "" if known else f" in {corpus.schema_version}"
                # A misspelled name is for a person to mend: dropping it would lose what was meant.
                fix = Fix(name, drop=True) if effect == "error" and meant is None else None
                yield Note(effect, text, ((name, place.key),), fix=fix, code="unknown-field", suggestion=meant)
        elif not part.parsed and not _fits(value, properties[name]):
            wanted = _wanted(properties[name])
            text = f"{place.spelled}: declared as {wanted}, got {_sort(value)}"
            yield Note("warn", text, ((name, place.value),), code="other-type")


_QUICK: Mapping[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


def _fits(value: Any, about: Mapping[str, Any]) -> bool:
    """Whether a value is of the declared type. Docstrings declare loosely, and strings that a field reads are no mistake."""
    if value is None or about.get("x-from") == "docstring" or (isinstance(value, str) and "x-reads" in about):
        return True
    choices = [about, *about.get("anyOf", ())]
    if any(isinstance(value, _QUICK.get(str(one.get("type")), ())) and not one.keys() & {"items", "additionalProperties"}
           for one in choices):  # fmt: skip
        return True
    if not any(one.keys() & {"type", "enum", "const"} for one in choices):
        return True
    import jsonschema

    shape = {
        key: one for key, one in about.items() if not key.startswith("x-") and key not in ("default", "description")
    }
    return bool(jsonschema.Draft202012Validator(shape).is_valid(value))


def _wanted(about: Mapping[str, Any]) -> str:
    sorts = [one for choice in [about, *about.get("anyOf", ())] for one in [choice.get("type")] if isinstance(one, str)]
    enums = [str(one) for choice in [about, *about.get("anyOf", ())] for one in choice.get("enum", ())]
    return " or ".join(dict.fromkeys([*sorts, *(["one of " + ", ".join(enums)] if enums else [])]))


def _sort(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 40 else type(value).__name__
