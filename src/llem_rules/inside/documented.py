"""What documentation says of fields: types and texts of an ``Args`` section, and strings below the fields of a class."""

import ast
import inspect
import re
import textwrap
import typing
from typing import Any, Dict, Iterator, List, Optional, Tuple

from .typed import Schema, any_of, schema_of

_ENTRY = re.compile(r"^[`*]*(\w+)[`*]*:?\s*\(([^\n]*)\)+\s*:(.*)$")
_NAMED = re.compile(r"^(?:param\s+)?[`*]*(\w+)[`*]*\s*:\s*(\S.*)$")
_SECTION = re.compile(r"^\s*(Args|Arguments|Parameters|Attributes|Parameter|Keyword Args)\s*:\s*$")
_NAMES: Dict[str, Any] = {
    **{
        name: getattr(typing, name)
        for name in ("Any", "Dict", "List", "Optional", "Sequence", "Set", "Tuple", "Union", "Literal")
    },
    **{one.__name__: one for one in (bool, dict, float, int, list, set, str, tuple)},
    "None": None,
    "string": str,
    "boolean": bool,
    "integer": int,
}


def documented(cls: Any) -> Dict[str, Dict[str, Any]]:
    """``{field: {"schema": …, "description": …}}`` from the docstrings of a class and its bases."""
    found: Dict[str, Dict[str, Any]] = {}
    for base in reversed(cls.__mro__[:-1]):
        for text in (base.__dict__.get("__doc__"), getattr(base.__dict__.get("__init__"), "__doc__", None)):
            if isinstance(text, str):
                found.update(_arguments(inspect.cleandoc(str(text))))
        for name, text in _below_fields(base).items():
            found.setdefault(name, {})["description"] = text
    return found


def _arguments(text: str) -> Dict[str, Dict[str, Any]]:
    found: Dict[str, Dict[str, Any]] = {}
    for name, said, lines in _entries(text.splitlines()):
        about: Dict[str, Any] = {"description": first_paragraph("\n".join(lines))}
        schema = _type(said) if said else {}
        if schema:
            about["schema"] = schema
        found[name] = about
    return found


def _entries(lines: List[str]) -> Iterator[Tuple[str, str, List[str]]]:
    """The entries of argument sections: name, what stands in its brackets, the lines that belong to it."""
    inside, margin = False, None  # type: bool, Optional[int]
    entry: Optional[Tuple[str, str, List[str]]] = None
    for line in lines:
        if _SECTION.match(line):
            inside, margin = True, None
            continue
        stripped, indent = line.strip(), len(line) - len(line.lstrip())
        if not inside or not stripped:
            continue
        if indent == 0:
            inside = False
            continue
        margin = indent if margin is None else margin
        match = (_ENTRY.match(stripped) or _NAMED.match(stripped)) if indent <= margin else None
        if match is not None:
            if entry is not None:
                yield entry
            groups = match.groups()
            entry = (groups[0], groups[1] if len(groups) == 3 else "", [groups[-1].strip()])
        elif entry is not None and indent > margin:
            entry[2].append(stripped)
    if entry is not None:
        yield entry


def _type(said: str) -> Schema:
    """``int`` or ``list[int]``, *optional*, defaults to 3: the type of it, where that can be read."""
    text = (
        re.split(r",\s*(?:\*?optional|defaults?\b|\*required|required)", said, maxsplit=1)[0]
        .replace("`", "")
        .strip(" ,)")
    )
    if text.count("[") > text.count("]"):
        text += "]"
    parts = [part.strip() for part in re.split(r"\s+or\s+|\s*\|\s*", text)]
    schemas = [_one_type(part) for part in parts if part]
    if "optional" in said.lower() and schemas:
        schemas.append({"type": "null"})
    return any_of(schemas) if schemas else {}


def _one_type(text: str) -> Schema:
    try:
        tree = ast.parse(text, mode="eval")
        known = all(one.id in _NAMES for one in ast.walk(tree) if isinstance(one, ast.Name))
        plain = not any(isinstance(one, (ast.Call, ast.Attribute)) for one in ast.walk(tree))
        return (
            schema_of(eval(compile(tree, "<docstring>", "eval"), {"__builtins__": {}}, _NAMES))
            if known and plain
            else {}
        )
    except Exception:
        return {}  # it is prose


def _below_fields(cls: Any) -> Dict[str, str]:
    """The strings that stand below annotated fields in the source of a class."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except (OSError, TypeError, SyntaxError):
        return {}
    body = tree.body[0].body if tree.body and isinstance(tree.body[0], ast.ClassDef) else []
    found = {}
    for index, before in enumerate(body[:-1]):
        text = getattr(getattr(body[index + 1], "value", None), "value", None)
        if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name) and _is_text(body[index + 1]):
            found[before.target.id] = first_paragraph(inspect.cleandoc(str(text)))
    return found


def _is_text(statement: ast.stmt) -> bool:
    value = getattr(statement, "value", None)
    return isinstance(statement, ast.Expr) and isinstance(getattr(value, "value", None), str)


def first_paragraph(text: str, longest: int = 400) -> str:
    """The first paragraph as one line."""
    plain = " ".join(text.strip().split("\n\n")[0].split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"
