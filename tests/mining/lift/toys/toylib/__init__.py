"""Declared constraints of every shape, for the lift's tests."""

from __future__ import annotations

import dataclasses
import enum
import importlib
from typing import Annotated, Any, Literal

from annotated_types import Interval
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WrapValidator,
    conint,
    field_validator,
)
from pydantic.dataclasses import dataclass


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 20


class Numbers(BaseModel):
    free: int = 1
    least: int = Field(1, ge=1)
    above: int = Field(1, gt=0)
    between: int = Field(5, ge=-3, lt=12)
    made: conint(gt=-1, le=256) = 3  # type: ignore[valid-type]
    third: int = Field(3, multiple_of=3)
    third_in_range: int = Field(3, multiple_of=3, ge=3, le=9)
    strict: Annotated[int, Field(strict=True, ge=1)] = 1
    maybe: Annotated[int, Field(ge=1)] | None = None
    interval: Annotated[int, Interval(gt=10, le=100)] = 11


class Reals(BaseModel):
    free: float = 1.0
    share: float = Field(0.5, gt=0, le=1)
    half_open: float = Field(0.5, ge=0.25, lt=2.5)
    negative: float = Field(-1.0, le=-0.75)
    finite: float = Field(1.0, allow_inf_nan=False)
    stepped: float = Field(1.0, multiple_of=0.5)
    strict: float = Field(1.0, strict=True, ge=0)


class Words(BaseModel):
    free: str = "a"
    sized: str = Field("abc", min_length=2, max_length=4)
    shaped: Annotated[str, StringConstraints(pattern="^[a-c]+$", min_length=1)] = "abc"
    known: Literal["auto", "none"] = "auto"
    numbered: Literal[2, 3, 4] = 2
    at: Literal["@here", "{there}"] = "@here"
    perhaps: Literal["auto"] | None = None
    colour: Colour = Colour.RED
    level: Level = Level.LOW
    flag: bool = True
    strict_flag: bool = Field(True, strict=True)


class Containers(BaseModel):
    words: list[str] = []
    whole: list[int] = []
    real: list[float] = []
    flags: list[bool] = []
    known: list[Literal["a", "b"]] = []
    few: list[Any] = Field([1], min_length=1, max_length=2)
    unique: set[Any] = set()
    row: tuple[int, ...] = ()
    table: dict[Any, Any] = {}
    strict_list: list[Any] = Field([], strict=True)
    named: dict[str, int] = {}
    options: dict[str, dict[str, Any]] = {}
    lists: dict[str, list[float]] = {}
    rows: list[list[int]] = []
    kinds: dict[str, Literal["a", "b"]] = {}


class Unions(BaseModel):
    number_or_auto: int | Literal["auto"] = "auto"
    text_or_list: str | list[str] = "a"
    flag_or_word: bool | Literal["later"] | None = None
    bounded_or_text: Annotated[int, Field(ge=1)] | list[str] = 1
    anything: int | Any = 1


def _lowered(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _unless_none(value: Any, handler: Any) -> Any:
    return value if value is None else handler(value)


class Custom(BaseModel):
    lowered: Annotated[Literal["auto", "none"], BeforeValidator(_lowered)] = "auto"
    skipped: Annotated[int, Field(ge=1), WrapValidator(_unless_none)] = 1
    later: int = Field(1, ge=1)
    mapped: Annotated[int, BeforeValidator(lambda value: {"one": 1}.get(value, value) if value == "one" else value)] = 1

    @field_validator("later")
    @classmethod
    def _even_or_one(cls, value: int) -> int:
        if value > 1 and value % 2:
            raise ValueError("odd")
        return value


@dataclass(config=ConfigDict(extra="forbid"))
class Inner:
    size: int = Field(default=1, ge=1)


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    inside: int = Field(1, alias="outside")


class Derived(Numbers):
    model_config = ConfigDict(extra="allow")

    more: int = Field(1, le=4)


@dataclass(config=ConfigDict(extra="forbid"))
class Outer:
    needed: int
    inner: Inner = dataclasses.field(default_factory=Inner)
    model: Closed | None = None
    open: Derived | None = None
    unset: int = None  # type: ignore[assignment]
    mode: Literal["a", "b"] = "a"
    computed: int = dataclasses.field(init=False, default=3)


class Aliased(BaseModel):
    inside: int = Field(1, ge=1, alias="outside")


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)

    size: int = 1
    name: str = "a"


@dataclasses.dataclass
class Plain:
    mode: Literal["a", "b"] = "a"


class Signature:
    def __init__(self, mode: Literal["a", "b"] = "a") -> None:
        self.mode = mode


class Own(BaseModel):
    size: int = Field(1, ge=1)

    def __init__(self, size: int = 1) -> None:
        super().__init__(size=max(size, 1))


try:
    msgspec = importlib.import_module("msgspec")
except ImportError:
    pass
else:
    Struct = msgspec.defstruct("Struct", [("size", Annotated[int, msgspec.Meta(ge=1)], 1)], module=__name__)
