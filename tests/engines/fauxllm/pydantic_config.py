"""Configuration in pydantic's two forms."""

from typing import List, Optional

import pydantic
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.dataclasses import dataclass


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")

    size: int = Field(1, ge=1)
    name: str = "n"
    tags: List[str] = Field(default_factory=list)
    needed: Optional[int] = ...

    @field_validator("name")
    @classmethod
    def _name(cls, value):
        if value == "bad":
            raise ValueError("name is bad")
        return value

    @model_validator(mode="after")
    def _together(self):
        if self.size == 13:
            raise ValueError("size 13 is unlucky")
        return self


class Late(BaseModel):
    """A default that depends on another field."""

    size: int = 1
    late: int = Field(default_factory=lambda data: data["size"] + 1)


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")

    size: int = 1


@dataclass
class Data:
    size: int = Field(default=1, ge=1)
    name: str = "n"
    needed: int = Field(default=...)
    tags: List[str] = Field(default_factory=list)

    def __post_init__(self):
        if self.name == "bad":
            raise ValueError("name is bad")


class Holder:
    """Builds objects of the other classes of what it is given."""

    def __init__(self, size=1, data=False):
        self.made = Data(needed=1, size=size) if data else Model(needed=1, size=size)
