"""A second evaluator, written from docs/language.md alone: straight recursion over the mappings that people write.

It imports nothing of the package, so that what the two evaluators agree on was understood twice.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from packaging.version import Version

Truth = bool | None


class Mark:
    """One of the two things that a right side can be besides a value."""


UNKNOWN = Mark()
UNCOMPUTABLE = Mark()


@dataclass
class World:
    """Everything that a predicate can ask. None for a part of the surroundings: not known."""

    config: Mapping[str, Any]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    surroundings: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)


# ---------------------------------------------------------------- values


@dataclass
class Entries:
    """A mapping, as its pairs."""

    pairs: list[tuple[Any, Any]]

    def get(self, key: Any) -> Any:
        """The value of a key, or None."""
        return next((value for own, value in self.pairs if same(own, key)), None)

    def has(self, key: Any) -> bool:
        """Whether the key is there."""
        return any(same(own, key) for own, _ in self.pairs)


@dataclass
class Items:
    """A set, as its items, each once."""

    items: list[Any]


@dataclass
class Native:
    """An object of a native type."""

    name: str
    kwargs: Entries


@dataclass
class Special:
    """A dtype or a foreign object."""

    sort: str
    name: str


def understood(raw: Any) -> Any:
    """A raw YAML value as one of: scalar, list, tuple, Items, Entries, Native, Special."""
    if isinstance(raw, list):
        return [understood(item) for item in raw]
    if not isinstance(raw, dict):
        return raw
    if "$native" in raw:
        return Native(raw["$native"], understood(raw.get("kwargs", {})))
    if "$tuple" in raw:
        return tuple(understood(item) for item in raw["$tuple"])
    if "$set" in raw:
        once: list[Any] = []
        for item in map(understood, raw["$set"]):
            if not among(item, once):
                once.append(item)
        return Items(once)
    if "$dict" in raw:
        entries = Entries([])
        for key, value in raw["$dict"]:
            plain = understood(key)
            entries.pairs = [pair for pair in entries.pairs if not same(pair[0], plain)]
            entries.pairs.append((plain, understood(value)))
        return entries
    if "$dtype" in raw:
        return Special("dtype", raw["$dtype"].removeprefix("torch."))
    if isinstance(raw.get("$file"), str):
        others = raw.get("with") or {}
        told = quote(json.dumps(others, sort_keys=True, separators=(",", ":")), safe="") if others else ""
        return f"<scratch>/{raw['$file']}{told}"
    if "$object" in raw:
        return Special("object", str(raw["$object"]))
    return Entries([(key, understood(value)) for key, value in raw.items()])


def same(a: Any, b: Any) -> bool:
    """Python's ``==``, with tuples equal to lists, and no identity short cut for NaN."""
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, Items) and isinstance(b, Items):
        return all(among(x, b.items) for x in a.items) and all(among(y, a.items) for y in b.items)
    if isinstance(a, Entries) and isinstance(b, Entries):
        return len(a.pairs) == len(b.pairs) and all(b.has(key) and same(value, b.get(key)) for key, value in a.pairs)
    if isinstance(a, Native) and isinstance(b, Native):
        return same_name(a.name, b.name) and same(a.kwargs, b.kwargs)
    if isinstance(a, Special) and isinstance(b, Special):
        return (a.sort, a.name) == (b.sort, b.name)
    scalar = (int, float, str, type(None))
    return isinstance(a, scalar) and isinstance(b, scalar) and a == b


def among(value: Any, items: Any) -> bool:
    """Membership by ``same``."""
    return any(same(value, item) for item in items)


def same_name(a: str, b: str) -> bool:
    """Whether two names mean one native type: the same, or one is the last part of the other."""
    return a == b or a == b.rpartition(".")[2] or b == a.rpartition(".")[2]


def is_number(value: Any) -> bool:
    """A bool is a number."""
    return isinstance(value, int | float)


def items_in(value: Any) -> list[Any] | None:
    """The items of a list, tuple or set; None of anything else."""
    if isinstance(value, list | tuple):
        return list(value)
    return value.items if isinstance(value, Items) else None


def keyed(value: Any) -> Entries | None:
    """What has keys: a mapping, or the kwargs of a native object."""
    if isinstance(value, Native):
        return value.kwargs
    return value if isinstance(value, Entries) else None


def length(value: Any) -> int | None:
    """``len``, where the language has one."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Entries):
        return len(value.pairs)
    items = items_in(value)
    return None if items is None else len(items)


def walk(raw: Any, path: list[str], world: World) -> Any:
    """Follow a path into a value, and from a folder's name into its config.json."""
    value = understood(raw)
    for part in path:
        if part == "config_json" and isinstance(value, str):
            known = world.surroundings.get("configs") or {}
            if value not in known:
                return UNKNOWN
            value = understood(known[value])
        else:
            entries = keyed(value)
            value = None if entries is None else entries.get(part)
    return value


def value_of(world: World, path: str) -> Any:
    """The given value, else the default, else None."""
    first, *rest = path.split(".")
    return walk(world.config[first] if first in world.config else world.defaults.get(first), rest, world)


def is_present(world: World, path: str) -> Truth:
    """Given, and not None."""
    first, *rest = path.split(".")
    value = walk(world.config.get(first), rest, world)
    return None if value is UNKNOWN else value is not None


def is_given(world: World, path: str) -> Truth:
    """Given at all: the name, or the last key of the path, stands there."""
    *before, last = path.split(".")
    if not before:
        return last in world.config
    held = walk(world.config.get(before[0]), before[1:], world)
    if last == "config_json" and isinstance(held, str):
        return is_present(world, path)
    entries = None if held is UNKNOWN else keyed(held)
    return None if held is UNKNOWN else entries is not None and entries.has(last)


# ---------------------------------------------------------------- three values


def both(truths: list[Truth]) -> Truth:
    """AND: false if any is false, else unknown if any is."""
    if any(truth is False for truth in truths):
        return False
    return None if any(truth is None for truth in truths) else True


def either(truths: list[Truth]) -> Truth:
    """OR: true if any is true, else unknown if any is."""
    if any(truth is True for truth in truths):
        return True
    return None if any(truth is None for truth in truths) else False


def negated(truth: Truth) -> Truth:
    """NOT keeps unknown."""
    return None if truth is None else not truth


# ---------------------------------------------------------------- predicates


def fires(predicate: Mapping[str, Any], world: World) -> Truth:
    """Whether a predicate is true of a config: True, False or None (unknown)."""
    return both([entry(key, value, world) for key, value in predicate.items()])


def violated(given: Mapping[str, Any] | None, require: Mapping[str, Any], world: World) -> Truth:
    """Whether an invariant fires: the guard holds and the requirement does not."""
    return both([True if given is None else fires(given, world), negated(fires(require, world))])


def entry(key: str, value: Any, world: World) -> Truth:
    """One entry of a predicate."""
    if key == "all_of":
        return both([fires(part, world) for part in value])
    if key == "any_of":
        return either([fires(part, world) for part in value])
    if key == "not":
        return negated(fires(value, world))
    if key == "at_most_one_of":
        truths = [is_present(world, name) for name in set(as_list(value))]
        least, most = truths.count(True), len(truths) - truths.count(False)
        return True if most <= 1 else False if least > 1 else None
    if key == "required_key":
        return has_required(value, world)
    if key == "fields":
        return both([on_field(name, condition, world) for name, condition in value.items()])
    if key in ("env", "platform", "packages"):
        return both([on_surrounding(key, name, condition, world) for name, condition in value.items()])
    return on_field(key, value, world)


def as_list(value: Any) -> list[Any]:
    """One or many."""
    return value if isinstance(value, list) else [value]


def has_required(value: Any, world: World) -> Truth:
    """``required_key`` in its three forms."""
    if not isinstance(value, dict):
        return both([is_present(world, name) for name in as_list(value)])
    truths: list[Truth] = []
    for name, keys in value.items():
        held = value_of(world, name)
        entries = keyed(held)
        known = None if held is UNKNOWN else entries is not None and all(entries.has(key) for key in as_list(keys))
        truths.append(known)
    return both(truths)


def operators_of(condition: Any) -> dict[str, Any]:
    """A condition as operators; a bare value is equality."""
    is_tagged = isinstance(condition, dict) and any(str(key).startswith("$") for key in condition)
    return condition if isinstance(condition, dict) and not is_tagged else {"==": condition}


def on_field(name: str, condition: Any, world: World) -> Truth:
    """A condition on a field. Presence asks what was given, all else asks the value."""
    truths: list[Truth] = []
    for operator, right in operators_of(condition).items():
        if operator in ("present", "absent"):
            there = is_present(world, name)
            truths.append(None if there is None else there == (right == (operator == "present")))
        elif operator == "given":
            stands = is_given(world, name)
            truths.append(None if stands is None else stands is right)
        else:
            value = value_of(world, name)
            truths.append(None if value is UNKNOWN else holds(value, operator, right, world))
    return both(truths)


def on_surrounding(domain: str, name: str, condition: Any, world: World) -> Truth:
    """A condition on an environment variable, a platform fact or a package."""
    known = world.surroundings.get(domain)
    if known is None or (domain == "platform" and name not in known):
        return None
    if domain == "packages":
        known = {re.sub("[-_.]+", "-", key).lower(): version for key, version in known.items()}
        name = re.sub("[-_.]+", "-", name).lower()
    versions = domain == "packages"
    return both([holds(known.get(name), op, right, world, versions) for op, right in operators_of(condition).items()])


def holds(value: Any, operator: str, right: Any, world: World, versions: bool = False) -> Truth:  # noqa: PLR0912 - one case an operator
    """One operator on one value."""
    if operator in ("present", "absent"):
        return bool((value is not None) == (right == (operator == "present")))
    if operator == "type_is":
        return any(has_type(value, name) for name in as_list(right))
    if operator == "type_is_not":
        return not any(has_type(value, name) for name in as_list(right))
    if operator == "matches":
        return isinstance(value, str) and re.search(right, value) is not None
    if operator == "length":
        size = length(value)
        return False if size is None else inside(size, right, world)
    if operator in ("each", "any_item"):
        items = items_in(value)
        if items is None:
            return False
        truths = [inside(item, right, world) for item in items]
        return both(truths) if operator == "each" else either(truths)
    if operator in ("keys", "values", "lower", "parent"):
        part = part_of(value, operator)
        return False if part is None else inside(part, right, world)
    if operator == "distinct":
        items = items_in(value)
        return items is not None and right != any(among(item, items[:at]) for at, item in enumerate(items))
    if operator == "ordered":
        items = items_in(value)
        symbol = ("<" if "rising" in right else ">") + ("" if right.startswith("strictly") else "=")
        return items is not None and all(compare(one, symbol, two, False) for one, two in pairwise(items))
    if operator == "path_is":
        known = world.surroundings.get("files")
        if not isinstance(value, str):
            return False
        return None if known is None else known.get(value, "nothing") == right
    if operator == "holds":
        known = world.surroundings.get("files")
        if not isinstance(value, str):
            return False
        return (
            None
            if known is None
            else any(path == (value + "/" * (value[-1:] not in ("", "/")) + right) for path in known)
        )
    if operator in ("in", "not_in") and isinstance(right, list):
        others = [resolved(item, world) for item in right]
        if any(other is UNKNOWN for other in others):
            return None
        return compare(value, operator, [other for other in others if other is not UNCOMPUTABLE], versions)
    other = resolved(right, world)
    if other is UNKNOWN:
        return None
    return False if other is UNCOMPUTABLE else compare(value, operator, other, versions)


def part_of(value: Any, operator: str) -> Any:
    """The keys or values of a mapping as a list, a string in lower case, a path's folder; None where there is no such part."""
    if operator == "parent":
        return posixpath.normpath(posixpath.dirname(value)) if isinstance(value, str) else None
    if operator == "lower":
        return value.lower() if isinstance(value, str) else None
    entries = keyed(value)
    return None if entries is None else [pair[operator == "values"] for pair in entries.pairs]


def inside(value: Any, condition: Any, world: World) -> Truth:
    """A condition on a length, an item or another part of a value."""
    return both([holds(value, operator, right, world) for operator, right in operators_of(condition).items()])


def has_type(value: Any, name: str) -> bool:
    """``type_is`` with one name."""
    plain: dict[str, Any] = {
        "int": int,
        "float": float,
        "bool": bool,
        "str": str,
        "list": list,
        "tuple": tuple,
        "set": Items,
        "dict": Entries,
        "none": type(None),
    }
    if name in plain:
        return isinstance(value, plain[name])
    if name in ("dtype", "torch.dtype"):
        return isinstance(value, Special) and value.sort == "dtype"
    return isinstance(value, Native) and same_name(value.name, name)


def compare(value: Any, operator: str, other: Any, versions: bool) -> bool:
    """An operator between two values."""
    if operator == "==":
        return same_version(value, other) if versions else same(value, other)
    if operator == "!=":
        return not compare(value, "==", other, versions)
    if operator in ("in", "not_in"):
        items = items_in(other)
        if items is None:
            return False
        found = any(compare(value, "==", item, versions) for item in items)
        return found == (operator == "in")
    if operator in ("<", "<=", ">", ">="):
        return in_order(version(value), operator, version(other)) if versions else in_order(value, operator, other)
    if operator in ("multiple_of", "not_multiple_of"):
        try:
            remainder = value % other if is_number(value) and is_number(other) else None
        except (ZeroDivisionError, OverflowError):
            remainder = None
        return remainder is not None and (remainder == 0) == (operator == "multiple_of")
    if operator == "contains":
        if isinstance(value, str):
            return isinstance(other, str) and other in value
        items, entries = items_in(value), keyed(value)
        return among(other, items) if items is not None else entries is not None and entries.has(other)
    raise AssertionError(operator)


def in_order(a: Any, operator: str, b: Any) -> bool:
    """``<`` and its like, where the language defines them."""
    alike = (is_number(a) and is_number(b)) or any(isinstance(a, t) and isinstance(b, t) for t in (str, Version))
    if not alike:
        return False
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator])


def version(value: Any) -> Version | None:
    """A version, or None."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return Version(str(value))
    except ValueError:
        return None


def same_version(a: Any, b: Any) -> bool:
    """Equality on packages."""
    one, two = version(a), version(b)
    return same(a, b) if one is None or two is None else one == two


# ---------------------------------------------------------------- references


def resolved(right: Any, world: World) -> Any:
    """A right side as a value, UNKNOWN or UNCOMPUTABLE."""
    if isinstance(right, str) and right.startswith("@"):
        return right[1:] if right.startswith("@@") else Arithmetic(right, world).result()
    if isinstance(right, list):
        items = [resolved(item, world) for item in right]
        return next((mark for mark in (UNCOMPUTABLE, UNKNOWN) if any(item is mark for item in items)), items)
    return understood(right)


class Arithmetic:
    """Recursive descent: sum -> product (+|- product)*, product -> sign (*|/|//|% sign)*, sign -> -sign | atom."""

    def __init__(self, text: str, world: World) -> None:
        self.world = world
        if re.match(r"@(\(|(len|min|max|abs)\s*\()", text):
            text = text[1:]
        self.tokens = re.findall(r"@[A-Za-z_][\w.]*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|\w+|//|[-+*/%(),]", text)

    def result(self) -> Any:
        """The value of the whole."""
        value = self.sum()
        assert not self.tokens, self.tokens
        return value

    def take(self, *wanted: str) -> str | None:
        """The next token, if it is one of those."""
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in wanted else None

    def sum(self) -> Any:
        """``a + b - c``."""
        value = self.product()
        while operator := self.take("+", "-"):
            value = calculated(operator, [value, self.product()])
        return value

    def product(self) -> Any:
        """``a * b / c``."""
        value = self.sign()
        while operator := self.take("*", "/", "//", "%"):
            value = calculated(operator, [value, self.sign()])
        return value

    def sign(self) -> Any:
        """``-a``."""
        return calculated("negative", [self.sign()]) if self.take("-") else self.atom()

    def atom(self) -> Any:
        """A parenthesis, a function, a reference or a number."""
        token = self.tokens.pop(0)
        if token == "(":
            value = self.sum()
            assert self.take(")")
            return value
        if token in ("len", "min", "max", "abs"):
            assert self.take("(")
            arguments = [self.sum()]
            while self.take(","):
                arguments.append(self.sum())
            assert self.take(")")
            return calculated(token, arguments)
        if token.startswith("@"):
            return self.read(token[1:])
        return float(token) if re.search("[.eE]", token) else int(token)

    def read(self, name: str) -> Any:
        """A sibling field, or a field of another section: the name has a capitalised part before the last."""
        parts = name.split(".")
        capitalised = [index for index, part in enumerate(parts[:-1]) if part[0].isupper()]
        if not capitalised:
            return value_of(self.world, name)
        cut = capitalised[-1] + 1
        section = self.world.sections.get(".".join(parts[:cut]))
        return UNKNOWN if section is None else value_of(World(section), ".".join(parts[cut:]))


def calculated(operator: str, values: list[Any]) -> Any:
    """One step of arithmetic. What cannot be computed stays so, also beside an unknown."""
    if operator == "len":
        size = length(values[0])
        return UNKNOWN if values[0] is UNKNOWN else UNCOMPUTABLE if size is None else size
    if any(value is not UNKNOWN and not is_number(value) for value in values):
        return UNCOMPUTABLE
    if any(value is UNKNOWN for value in values):
        return UNKNOWN
    a, b = values[0], values[-1]
    meanings: dict[str, Callable[[], Any]] = {
        "+": lambda: a + b,
        "-": lambda: a - b,
        "*": lambda: a * b,
        "/": lambda: a / b,
        "//": lambda: a // b,
        "%": lambda: a % b,
        "negative": lambda: -a,
        "abs": lambda: abs(a),
        "min": lambda: min(values),
        "max": lambda: max(values),
    }
    try:
        return meanings[operator]()
    except (ZeroDivisionError, OverflowError):
        return UNCOMPUTABLE
