"""vLLM: sampling parameters, the config classes, and EngineArgs up to ``create_engine_config()``.

Facts: vllm 0.32.0, ``sampling_params.py``, ``config/`` and ``engine/arg_utils.py``.
"""

from __future__ import annotations

import json

from llem_rules.engines.base import Engine, NativeType

# The smallest model that full validation accepts: a folder with a config.json, no weights.
_TINY_MODEL = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 4,
    "vocab_size": 128,
    "max_position_embeddings": 2048,
    "torch_dtype": "bfloat16",
}

ENGINE = Engine(
    name="vllm",
    package="vllm",
    native_types={
        "vllm.SamplingParams": NativeType(),
        "vllm.sampling_params.StructuredOutputsParams": NativeType(),
        "vllm.EngineArgs": NativeType(
            base={"model": {"$file": "tiny-llama"}},
            build="create_engine_config",
            sections=(
                "model_config",
                "cache_config",
                "parallel_config",
                "scheduler_config",
                "load_config",
                "lora_config",
                "structured_outputs_config",
                "observability_config",
                "compilation_config",
            ),
        ),
        "vllm.config.CacheConfig": NativeType(),
        "vllm.config.ParallelConfig": NativeType(),
        "vllm.config.SchedulerConfig": NativeType(base={"max_model_len": 2048, "is_encoder_decoder": False}),
    },
    imports=("vllm", "vllm.config", "vllm.engine.arg_utils", "vllm.sampling_params"),
    message_helpers=("vllm/logger.py",),
    once_caches=("vllm.logger",),
    exception_field=("parameter",),
    environment={"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "1"},
    files={"tiny-llama/config.json": json.dumps(_TINY_MODEL, indent=1)},
)
