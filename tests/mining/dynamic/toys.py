"""Planted conditions, one shape a toy. ``truth`` says when its effect shows, for configs that nothing else refuses."""

# ruff: noqa: RUF012, PLR1730 - a planted condition is written as libraries write it
from __future__ import annotations

import re
from typing import Any

from tests.mining.dynamic.fake import Toy, say


class IntAtLeast(Toy):
    defaults = {"size": 4, "other": 1}

    def check(self) -> None:
        if self.size < 3:
            raise ValueError(f"size must be at least 3, got {self.size}")


class IntAbove(Toy):
    defaults = {"size": 100, "other": 1}

    def check(self) -> None:
        if self.size <= 37:
            raise ValueError(f"`size` must be above the least, but is {self.size}.")


class IntTooLarge(Toy):
    defaults = {"size": 4}

    def check(self) -> None:
        if self.size > 16777216:
            raise ValueError(f"size {self.size} is too large")


class FloatClosed(Toy):
    defaults = {"ratio": 0.5}

    def check(self) -> None:
        if self.ratio >= 0.9:
            raise ValueError(f"ratio is too near to one: {self.ratio}")


class FloatOpen(Toy):
    defaults = {"ratio": 0.1}

    def check(self) -> None:
        if self.ratio > 0.125:
            say(f"ratio={self.ratio} is unusually large")


class RangeClosed(Toy):
    defaults = {"ratio": 0.5}

    def check(self) -> None:
        if not 0.0 <= self.ratio <= 1.0:
            raise ValueError(f"ratio must be in [0, 1], got {self.ratio}")


class RangeOpen(Toy):
    defaults = {"ratio": 0.5}

    def check(self) -> None:
        if not 0.0 < self.ratio < 2.5:
            raise ValueError(f"ratio must be in (0, 2.5), got {self.ratio}")


class RangeInside(Toy):
    defaults = {"size": 0}

    def check(self) -> None:
        if 3 <= self.size < 8:
            raise ValueError(f"a size of {self.size} is not supported")


class Choice(Toy):
    defaults = {"mode": "auto"}

    def check(self) -> None:
        if self.mode not in ("auto", "slow", "fast"):
            raise ValueError(f"mode must be one of 'auto', 'slow', 'fast', got {self.mode!r}")


class ChoiceOfInts(Toy):
    defaults = {"bits": 4}

    def check(self) -> None:
        if self.bits not in [2, 3, 4, 8]:
            raise ValueError("only 2, 3, 4 and 8 bits are supported")


class ChoiceOrNone(Toy):
    defaults = {"mode": None}

    def check(self) -> None:
        if self.mode is not None and self.mode not in ("left", "right"):
            raise ValueError(f"Unknown side {self.mode!r}: choose 'left' or 'right'")


class Banned(Toy):
    defaults = {"mode": "auto"}

    def check(self) -> None:
        if self.mode in ("old", "older"):
            raise ValueError("'old' and 'older' are gone")


class WrongType(Toy):
    defaults = {"name": "x"}

    def check(self) -> None:
        if not isinstance(self.name, str):
            raise TypeError("name must be a string")


class OptionalType(Toy):
    defaults = {"size": None}

    def check(self) -> None:
        if self.size is not None and not isinstance(self.size, int):
            raise TypeError(f"size must be an int, not {type(self.size).__name__}")


class TypeThenRange(Toy):
    defaults = {"size": 1}

    def check(self) -> None:
        if not isinstance(self.size, int):
            raise TypeError("size must be a whole number")
        if self.size < 1:
            raise ValueError(f"size must be positive, got {self.size}")


class Missing(Toy):
    defaults = {"path": "a"}

    def check(self) -> None:
        if self.path is None:
            raise ValueError("a path is needed")


class TwoFields(Toy):
    defaults = {"low": 0, "high": 16}

    def check(self) -> None:
        if self.low > self.high:
            raise ValueError(f"low must not be above high={self.high}, got {self.low}.")


class TwoFieldsOrEqual(Toy):
    defaults = {"low": 0, "high": 16}

    def check(self) -> None:
        if self.low >= self.high:
            raise ValueError(f"low {self.low} must be below high {self.high}")


class TwoFieldsOffset(Toy):
    defaults = {"low": 0, "high": 16}

    def check(self) -> None:
        if self.low > self.high + 1:
            raise ValueError("low is too far above high")


class TwoFieldsRatio(Toy):
    defaults = {"batch": 1, "length": 16}

    def check(self) -> None:
        if self.batch > 4 * self.length:
            raise ValueError("batch is more than four times the length")


class Divisible(Toy):
    defaults = {"block": 16}

    def check(self) -> None:
        if self.block % 8 != 0:
            raise ValueError(f"block must be a multiple of eight, got {self.block}")


class DivisibleBy(Toy):
    defaults = {"total": 8, "groups": 2}

    def check(self) -> None:
        if self.total % self.groups != 0:
            raise ValueError(f"total {self.total} must be divisible by groups {self.groups}")


class Both(Toy):
    defaults = {"fast": False, "exact": False}

    def check(self) -> None:
        if self.fast is True and self.exact is True:
            raise ValueError("fast and exact exclude each other")


class GuardedThreshold(Toy):
    defaults = {"beams": 1, "returns": 1}

    def check(self) -> None:
        if self.beams == 1 and self.returns > 1:
            raise ValueError(f"returns must be 1 with one beam, got {self.returns}")


class GuardedByName(Toy):
    defaults = {"mode": "auto", "size": 8}

    def check(self) -> None:
        if self.mode == "slow" and self.size > 32:
            raise ValueError("size must not be above 32 when mode is 'slow'")


class ThreeFields(Toy):
    defaults = {"sample": False, "beams": 1, "alpha": 0.0}

    def check(self) -> None:
        if self.sample is False and self.beams > 1 and self.alpha > 0.5:
            raise ValueError("alpha, beams and sample do not go together")


class Either(Toy):
    defaults = {"left": 0, "right": 0}

    def check(self) -> None:
        if self.left < 0 or self.right < 0:
            raise ValueError("left and right must not be negative")


class Clamp(Toy):
    defaults = {"size": 10}

    def check(self) -> None:
        self.size = min(self.size, 100)


class Replaced(Toy):
    defaults = {"temperature": 1.0, "top": 1.0}

    def check(self) -> None:
        if self.temperature < 1e-5:
            self.top = 1.0


class ReplacedBySibling(Toy):
    defaults = {"least": 0, "most": 16}

    def check(self) -> None:
        if self.least > self.most:
            self.least = self.most


class AnnouncedRewrite(Toy):
    defaults = {"length": 8, "cache": True}

    def check(self) -> None:
        if self.cache is False and self.length > 8:
            say(f"length={self.length} is ignored without a cache")
            self.length = 8


class Ignored(Toy):
    defaults = {"sample": False, "heat": None}

    def check(self) -> None:
        if not self.sample and self.heat is not None:
            say("`heat` is set, but sample is off: it will be ignored")


class Masked(Toy):
    defaults = {"a": 1, "b": 1}

    def check(self) -> None:
        if self.a < 0:
            raise ValueError("a must not be negative")
        if self.b > 10:
            raise ValueError(f"b must be at most ten, got {self.b}")


class TooLong(Toy):
    defaults = {"words": []}

    def check(self) -> None:
        if isinstance(self.words, list) and len(self.words) > 1:
            raise ValueError("at most one word")


class Product(Toy):
    defaults = {"world": 1, "tensor": 1, "pipeline": 1}

    def check(self) -> None:
        if self.world > self.tensor * self.pipeline:
            raise ValueError("world must not be above tensor times pipeline")


class Pattern(Toy):
    defaults = {"name": "abc-1"}

    def check(self) -> None:
        if not re.fullmatch(r"[a-z]+-\d+", self.name):
            raise ValueError("the name has the wrong form")


class Checksum(Toy):
    defaults = {"name": "abc"}

    def check(self) -> None:
        if isinstance(self.name, str) and sum(map(ord, self.name)) % 3:
            raise ValueError("the name does not add up")


EXACT: list[type[Toy]] = [
    *(IntAtLeast, IntAbove, IntTooLarge, FloatClosed, FloatOpen, RangeClosed, RangeOpen, RangeInside, Choice),
    *(ChoiceOfInts, ChoiceOrNone, Banned, WrongType, OptionalType, TypeThenRange, Missing, TwoFields, TwoFieldsOrEqual),
    *(TwoFieldsOffset, TwoFieldsRatio, Divisible, DivisibleBy, Both, GuardedThreshold, GuardedByName, ThreeFields),
    *(Either, Clamp, Replaced, ReplacedBySibling, AnnouncedRewrite, Ignored, Masked, TooLong, Product),
]
UNTELLABLE: list[type[Toy]] = [Pattern, Checksum]
HINTS: dict[str, dict[str, tuple[Any, ...]]] = {
    "Banned": {"mode": ("old", "older")},
    "GuardedByName": {"mode": ("slow",)},
}
