"""Limits of a session, the variables that a worker sees, and where environments are cached."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from llem_rules.engines import Engine
from llem_rules.inside.leftovers import MARK

# Taken over from the user's own shell; everything else a worker sees is set here, so that evidence does not depend on it.
_INHERITED = ("PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "SYSTEMROOT")
_FIXED = {
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",  # sets print in one order
    "PYTHONUNBUFFERED": "1",
    "OMP_NUM_THREADS": "1",  # a thread pool would make the worker unfit to fork
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # pyarrow's allocator starts one as soon as it is imported
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # asking whether there is a GPU must not initialise its driver: no child could
}


@dataclass(frozen=True)
class Limits:
    """What a case may take: seconds, bytes of memory beyond the imported library's, and how many run at once."""

    timeout_s: float = 30.0
    memory_bytes: int = 4 << 30
    jobs: int = os.cpu_count() or 1
    import_s: float = 300.0

    def message(self) -> dict[str, float | int]:
        """What the worker is told."""
        return {
            "timeout_s": self.timeout_s,
            "memory_bytes": self.memory_bytes,
            "jobs": self.jobs,
            "import_s": self.import_s,
        }


def worker_environment(engine: Engine, scratch: Path, lasting: Path | None = None) -> dict[str, str]:
    """The environment variables of a worker; its home is the scratch folder, so that nothing is written elsewhere.

    ``lasting``: the folder of an environment of our own, where the library's caches are kept.
    """
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    caches = {} if lasting is None else {name: str(lasting / "caches" / name.lower()) for name in engine.caches}
    return {**inherited, **variables_for(engine, str(scratch)), **caches}


def variables_for(engine: Engine, scratch: str) -> dict[str, str]:
    """The part of it that is the same wherever the worker runs."""
    places = {"HOME": scratch, "TMPDIR": scratch, "XDG_CACHE_HOME": f"{scratch}/.cache"}
    return {**_FIXED, **places, **engine.environment, MARK: scratch}
