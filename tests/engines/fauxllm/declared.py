"""Fields that are declared in every way that Python has for it."""

import dataclasses
import enum
from typing import TYPE_CHECKING, Dict, List, Literal, Optional, Tuple

try:
    from typing import Annotated
except ImportError:
    from typing_extensions import Annotated

if TYPE_CHECKING:
    from somewhere import Unknown


class Ge:
    def __init__(self, ge=None, lt=None):
        if ge is not None:
            self.ge = ge
        if lt is not None:
            self.lt = lt


class Colour(enum.Enum):
    RED = 1
    BLUE = 2
    VIOLET = (1, 2)  # no JSON value reaches it


class Signature:
    """Takes much.

    Args:
        size (`int`, *optional*, defaults to 1):
            How much.
        said (`int` or `list[int]`, *optional*):
            One or
            several.
    """

    def __init__(
        self,
        size: int = 1,
        ratio: Optional[float] = None,
        mode: Literal["fast", "slow"] = "fast",
        names: List[str] = (),
        weights: Dict[str, float] = None,
        pair: Tuple[int, str] = (1, "a"),
        unknown: "Unknown" = None,
        said=None,
    ):
        self.size = size


@dataclasses.dataclass
class Base:
    bounded: Annotated[int, Ge(ge=1), Ge(lt=9)] = 1
    """How many.
    Two lines of it.

    And another paragraph."""


@dataclasses.dataclass
class Data(Base):
    colour: Colour = Colour.RED
    old: bool = False
    """Deprecated: use bounded."""


class Attributes:
    size: int

    def __init__(self, **kwargs):
        self.size = kwargs.pop("size", 1)
