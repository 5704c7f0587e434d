"""TensorRT-LLM: pydantic configuration classes of ``tensorrt_llm.llmapi``.

The wheel is fetched from its maker at install time, so its home is the upstream image; where that cannot be had, every
case is ``unchecked`` with that reason.
"""

from __future__ import annotations

from llem_rules.engines.base import Engine, NativeType

ENGINE = Engine(
    name="tensorrt",
    package="tensorrt_llm",
    native_types={
        "tensorrt_llm.llmapi.SamplingParams": NativeType(),
        "tensorrt_llm.llmapi.KvCacheConfig": NativeType(),
        "tensorrt_llm.llmapi.TorchLlmArgs": NativeType(base={"model": {"$file": "tiny-llama"}}),
        "tensorrt_llm.llmapi.TrtLlmArgs": NativeType(base={"model": {"$file": "tiny-llama"}}),
    },
    imports=("tensorrt_llm", "tensorrt_llm.llmapi"),
    loggers=("tensorrt_llm", "TRT-LLM"),
    environment={"HF_HUB_OFFLINE": "1"},
)
