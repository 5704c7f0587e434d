"""TensorRT-LLM: pydantic configuration classes of ``tensorrt_llm.llmapi``.

The wheel is fetched from its maker at install time, so its home is the upstream image; where that cannot be had, every
case is ``unchecked`` with that reason.
"""

from __future__ import annotations

from llem_rules.engines.base import Engine, NativeType
from llem_rules.engines.formats import FileFormat

ENGINE = Engine(
    name="tensorrt",
    formats=(
        FileFormat(
            "extra LLM API options",
            "tensorrt_llm.llmapi.TorchLlmArgs",
            names=("extra_llm_api_options*", "extra-llm-api-config*", "llm_api_options*"),
            keys=("kv_cache_config", "cuda_graph_config", "print_iter_log", "enable_attention_dp", "moe_config"),
        ),
    ),
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
