"""What judging costs as the corpus grows and the rules that touch the set fields do not; and a grid of a million configs.

python benchmarks/check_growth.py
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from llem_rules.check import Corpus, load_compiled
from llem_rules.check.grids import study_of
from llem_rules.rules import rule_from
from llem_rules.sweeps.judging import judge_study

TYPE = "lib.T"
GENERATION = "transformers.GenerationConfig"
AXES: dict[str, list[Any]] = {
    "do_sample": [True, False],
    "temperature": [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0, 1.5, -1.0, 2.0],
    "top_p": [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0, 1.5, 0.95, 0.99],
    "top_k": [0, 1, 5, 10, 20, 50, 100, -1, 2, 3],
    "num_beams": [1, 2, 3, 4, 5, 6, 7, 8, 0, -1],
    "num_return_sequences": [1, 2, 3, 4, 5, 6, 7, 8, 10, 0],
    "repetition_penalty": [1.0, 1.1, 1.2, 0.0, 1.5],
}
SERVING: dict[str, list[Any]] = {
    "max_num_seqs": [0, 1, 8, 16, 32, 64, 128, 256, 512, 1024],
    "max_num_batched_tokens": [0, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 1],
    "gpu_memory_utilization": [0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0, 1.5],
    "tensor_parallel_size": [0, 1, 2, 3, 4, 5, 6, 7, 8, 16],
    "enable_prefix_caching": [True, False],
    "enforce_eager": [True, False],
    "block_size": [1, 8, 16, 32, 64],
    "kv_cache_dtype": ["auto", "fp8", "fp8_e5m2", "bfloat16", "int4"],
}


def corpus(size: int) -> Corpus:
    """So many rules, one a field."""
    rules = [
        rule_from(
            {
                "id": f"{TYPE}.r{at}",
                "kind": "invalidity",
                "native_type": TYPE,
                "match": {f"f{at}": {"<": 0}, f"f{at + 1}": {">": f"@f{at}"}},
                "expected": {"effect": "error", "channel": "exception"},
                "kwargs_positive": {},
                "kwargs_negative": {},
            }
        )
        for at in range(size)
    ]
    return Corpus("lib", "1", rules, {TYPE: {}})


def each(held: Corpus, count: int = 20_000) -> dict[str, float]:
    """Microseconds for a config of five set fields: values seen before, and a value never seen."""
    config = {f"f{at}": at for at in range(5)}
    for _ in range(3):
        held.judge(TYPE, config)
    began = time.perf_counter()
    for _ in range(count):
        held.judge(TYPE, config)
    known = (time.perf_counter() - began) / count * 1e6
    began = time.perf_counter()
    for at in range(count):
        config["f0"] = at + 10
        held.judge(TYPE, config)
    return {"known_us": round(known, 2), "fresh_us": round((time.perf_counter() - began) / count * 1e6, 2)}


GRIDS = {"transformers": (GENERATION, AXES), "vllm": ("vllm.EngineArgs", SERVING)}


def grid(engine: str) -> dict[str, Any]:
    """A million configs against the whole corpus of their type."""
    whole = load_compiled(engine)
    native_type, axes = GRIDS[engine]
    study = study_of({"grid": {f"{native_type}.{name}": values for name, values in axes.items()}})
    began = time.perf_counter()
    seen = judge_study(study, lambda _name: whole)
    taken = time.perf_counter() - began
    return {
        "configs": seen.configs,
        "rules": whole.looked_at(native_type),
        "configs_per_second": round(seen.configs / taken),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def cold() -> dict[str, float]:
    """Milliseconds of a whole process, median of eleven after one that warms the disk cache."""
    root = Path(__file__).resolve().parent.parent
    files = root / "tests" / "formats" / "files"
    program = str(Path(sys.executable).with_name("llem-rules"))
    found = {"python_itself": [sys.executable, "-c", ""]}
    found |= {
        name: [program, "check", str(files / name)] for name in ("qwen3/generation_config.json", "serve-docs/vllm.yaml")
    }
    taken: dict[str, float] = {}
    # As pip leaves a package behind it: compiled.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    for name, command in found.items():
        times = []
        for _ in range(12):
            began = time.perf_counter()
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL, cwd=root, env=environment)
            times.append((time.perf_counter() - began) * 1000)
        taken[name] = round(sorted(times[1:])[5], 1)
    return taken


def main() -> None:
    """Measure and print."""
    growth = {str(size): each(corpus(size)) for size in (10, 100, 1_000, 10_000)}
    print(
        json.dumps(
            {
                "load": os.getloadavg()[0],
                "rules": growth,
                "grids": {name: grid(name) for name in GRIDS},
                "whole_process_ms": cold(),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
