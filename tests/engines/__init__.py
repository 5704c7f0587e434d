"""Fake engines, and how tests open a session with one."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from llem_rules.engines import Engine, NativeType
from llem_rules.engines.base import Call
from llem_rules.environments import Limits, LocalPython, Session

FOLDER = Path(__file__).parent
LIMITS = Limits(timeout_s=1.5, memory_bytes=256 << 20, jobs=2, import_s=30)


def faux(*, importing: str = "", types: Mapping[str, NativeType] | None = None) -> Engine:
    """The fake engine. ``importing``: what its import does (``fauxllm/__init__.py`` lists them)."""
    return Engine(
        name="fauxllm",
        package="fauxllm",
        native_types={
            "fauxllm.Sampling": NativeType(),
            "fauxllm.Plain": NativeType(),
            "fauxllm.Accumulating": NativeType(),
            "fauxllm.Broken": NativeType(),
            "fauxllm.Strict": NativeType(validate=(Call("validate"),), build="create", sections=("section",)),
            "fauxllm.config.Needs": NativeType(base={"path": {"$file": "some/file.txt"}}),
            **(types or {}),
        },
        message_helpers=("fauxllm/log.py",),
        once_caches=("fauxllm.log",),
        exception_field=("parameter",),
        environment={"PYTHONPATH": str(FOLDER), "FAUXLLM_IMPORT": importing},
        files={"some/file.txt": "text"},
    )


def open_faux(
    engine: Engine | None = None,
    *,
    limits: Limits = LIMITS,
    python: str = sys.executable,
    lasting: Path | None = None,
) -> Session:
    """A session with the fake engine, not yet entered."""
    return Session(engine or faux(), LocalPython(Path(python), lasting), limits)


def case(native_type: str, reach: str = "construct", timeout_s: float | None = None, **kwargs: Any) -> dict[str, Any]:
    """A request; the type's name is without the package."""
    request = {"native_type": f"fauxllm.{native_type}", "kwargs": kwargs, "reach": reach}
    return request if timeout_s is None else {**request, "timeout_s": timeout_s}
