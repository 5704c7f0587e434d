"""Another project's curated models."""

# A comment at the top.
from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, Field


class Sampling(BaseModel):
    """How tokens are chosen."""

    native_type: ClassVar[str] = "transformers.GenerationConfig"

    temperature: float | None = None  # as it is
    top_k: int | None = Field(default=None, ge=0)
    do_sample: bool | str | None = None   # wider, and oddly spaced
    gone: int | None = None


class Cache(BaseModel):
    native_type: ClassVar[str] = "transformers.GenerationConfig"

    cache_implementation: Literal["static"] | None = None


class Both(BaseModel):
    sampling: Sampling
    cache: Cache | None = None


class Elsewhere(BaseModel):
    native_type: ClassVar[str] = "vllm.SamplingParams"

    seed: int | None = None
