"""References: ``"@max_tokens"`` and simple arithmetic. Undefined (not an error) where it cannot be computed."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from llem_rules.rules.values import size_of

_FUNCTIONS = ("len", "min", "max", "abs")
_FUNCTION = rf"(?:{'|'.join(_FUNCTIONS)})(?=\s*\()"
# A reference starts with @, also where it starts with a function or a parenthesis: that @ is dropped.
_LEADING = re.compile(rf"@(?=\(|{_FUNCTION})")
_NAME = re.compile(rf"@(?!{_FUNCTION})([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)")
_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])"
_TOKEN = re.compile(rf"{_NAME.pattern}|{_FUNCTION}|(?<![\w.]){_NUMBER}|[-+*/%(),\s]")
_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_ALLOWED = "only @fields, numbers, + - * / // %, parentheses and len, min, max, abs can be used"
_LONGEST = 1000
_DEEPEST = 100


class Undefined:
    """The result of a reference that cannot be computed; every comparison with it does not fire."""


class Unknown:
    """The result of a reference to a section that was not given; every comparison with it is unknown."""


UNDEFINED = Undefined()
UNKNOWN = Unknown()


class Lookup(Protocol):
    """What an expression needs of a config."""

    def value(self, path: str) -> Any:
        """The value of a sibling field (given, else default, else None)."""
        ...

    def section(self, native_type: str, path: str) -> Any:
        """The value of a field of another section, or UNKNOWN."""
        ...


class ExpressionError(ValueError):
    """A reference that is not written as the language has it."""


@dataclass(frozen=True)
class Expression:
    """A parsed reference. ``text`` is what was written, and all that identifies it."""

    text: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names referred to, in order, without the leading ``@``."""
        return tuple(dict.fromkeys(_NAME.findall(self.text)))

    @property
    def fields(self) -> tuple[str, ...]:
        """The sibling fields (paths) referred to."""
        return tuple(name for name in self.names if split_section(name) is None)

    def evaluate(self, config: Lookup) -> Any:
        """The value over a config, UNDEFINED, or UNKNOWN."""
        return _compiled(self.text)(config)

    @property
    def reader(self) -> Callable[[Lookup], Any]:
        """``evaluate``, looked up once."""
        return _compiled(self.text)


def is_reference(value: Any) -> bool:
    """Whether a string on the right side of an operator is a reference and not a literal."""
    return isinstance(value, str) and value.startswith("@") and not value.startswith("@@")


def split_section(name: str) -> tuple[str, str] | None:
    """``native.Type.field`` into type and field; None for a sibling. A capitalised part before the last is a type."""
    parts = name.split(".")
    for index in range(len(parts) - 1, 0, -1):
        if parts[index - 1][:1].isupper():
            return ".".join(parts[:index]), ".".join(parts[index:])
    return None


def parse_expression(text: str) -> Expression:
    """Parse a reference.

    Raises:
        ExpressionError: it is not a reference, or not made of what the language has.
    """
    if not is_reference(text):
        raise ExpressionError(f"{text!r} is not a reference: it has to start with one @")
    if len(text) > _LONGEST:
        raise ExpressionError("a reference may not be longer than 1,000 characters")
    _compiled(text)
    return Expression(text)


@lru_cache(maxsize=4096)
def _compiled(text: str) -> Callable[[Lookup], Any]:
    names: list[str] = []

    def stand_in(match: re.Match[str]) -> str:
        names.append(match[1])
        return f"_{len(names) - 1}_"

    bare = _LEADING.sub("", text, count=1)
    if _TOKEN.sub("", bare):
        raise ExpressionError(f"{text!r}: {_ALLOWED}")
    try:
        tree = ast.parse(_NAME.sub(stand_in, bare).strip(), mode="eval").body
        run = _build(tree, tuple(names), text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, ExpressionError):
            raise
        raise ExpressionError(f"{text!r} cannot be read as arithmetic over @fields") from error
    if isinstance(tree, ast.Name):
        return run  # a lone field: nothing is computed, so nothing can go wrong
    return lambda config: _settled(run, config)


def _settled(run: Callable[[Lookup], Any], config: Lookup) -> Any:
    try:
        return run(config)
    except Exception:  # noqa: BLE001 - numbers of foreign classes may do anything, and no predicate raises
        return UNDEFINED


def _build(node: ast.expr, names: tuple[str, ...], text: str, depth: int = 0) -> Callable[[Lookup], Any]:
    if depth > _DEEPEST:
        raise ExpressionError(f"{text!r} has more than {_DEEPEST} operations inside each other")

    def inner(part: ast.expr) -> Callable[[Lookup], Any]:
        return _build(part, names, text, depth + 1)

    match node:
        case ast.Name(id=name) if re.fullmatch(r"_\d+_", name):
            return _reader(names[int(name[1:-1])])
        case ast.Constant(value=value) if type(value) in (int, float):
            return lambda _config: value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value_of = inner(operand)
            return lambda config: _apply(operator.neg, (value_of(config),))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            combine, one, two = _BINARY[type(op)], inner(left), inner(right)
            return lambda config: _apply(combine, (one(config), two(config)))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS and args:
            return _call(name, [inner(arg) for arg in args], text)
    raise ExpressionError(f"{text!r}: {_ALLOWED}")


def _reader(name: str) -> Callable[[Lookup], Any]:
    section = split_section(name)
    if section is None:
        return lambda config: config.value(name)
    native_type, path = section
    return lambda config: config.section(native_type, path)


def _call(name: str, args: list[Callable[[Lookup], Any]], text: str) -> Callable[[Lookup], Any]:
    if name in {"len", "abs"} and len(args) != 1:
        raise ExpressionError(f"{text!r}: {name}() takes one argument")
    if name == "len":
        return lambda config: _length(args[0](config))
    if name == "abs":
        return lambda config: _apply(abs, (args[0](config),))
    pick: Callable[..., Any] = min if name == "min" else max
    return lambda config: _apply(lambda *values: pick(values), tuple(arg(config) for arg in args))


def _length(value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    size = size_of(value)
    return UNDEFINED if size is None else size


def _apply(function: Callable[..., Any], values: tuple[Any, ...]) -> Any:
    if not all(value is UNKNOWN or isinstance(value, int | float) for value in values):
        return UNDEFINED
    return UNKNOWN if any(value is UNKNOWN for value in values) else function(*values)
