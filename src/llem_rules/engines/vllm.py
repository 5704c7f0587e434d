"""vLLM: sampling parameters, the config classes, and EngineArgs up to ``create_engine_config()``.

Facts: vllm 0.32.0, ``sampling_params.py``, ``config/`` and ``engine/arg_utils.py``.
"""

from __future__ import annotations

import json
from pathlib import Path

from llem_rules.engines.base import Call, Engine, Fixture, Landmark, NativeType
from llem_rules.engines.formats import CommandFormat, FileFormat

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
_MODEL = {"model": {"$file": "tiny-llama"}}
# A draft of a kind that `mtp` accepts, of an architecture that need not be looked up again.
_TINY_MTP_MODEL = {
    **_TINY_MODEL,
    "model_type": "deepseek_v41",
    "moe_intermediate_size": 32,
    "num_nextn_predict_layers": 1,
}

# Drafts for DSpark, for Qwen3-Omni's DSpark and of an MLP speculator, chosen with the same in mind.
_TINY_DSPARK_MODEL = {**_TINY_MODEL, "architectures": ["LlamaForCausalLM", "Qwen3DSparkModel"]}
_TINY_OMNI_DSPARK_MODEL = {
    **_TINY_MODEL,
    "architectures": ["LlamaForCausalLM", "Qwen3OmniDSparkModel"],
    "block_size": 2,
    "target_hidden_size": 64,
    "target_layer_ids": [0],
    "use_aux_hidden_state": True,
    "markov_rank": 1,
    "markov_head_type": "vanilla",
    "draft_vocab_size": 1,
    "mask_token_id": 0,
}
_TINY_MLP_SPECULATOR = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "mlp_speculator",
    "vocab_size": 128,
    "emb_dim": 64,
    "num_attention_heads": 4,
    "num_hidden_layers": 2,
    "torch_dtype": "bfloat16",
}

# Config classes that can be built alone, without arguments.
_CONFIGS = (
    "AttentionConfig",
    "AuxOutputConfig",
    "CacheConfig",
    "CompilationConfig",
    "DiffusionConfig",
    "ECTransferConfig",
    "EPLBConfig",
    "EncoderCacheManagerConfig",
    "EngramConfig",
    "FaultToleranceConfig",
    "HiSparseConfig",
    "KVEventsConfig",
    "KVTransferConfig",
    "KernelConfig",
    "LoRAConfig",
    "LoadConfig",
    "LoggingConfig",
    "MambaConfig",
    "MultiModalConfig",
    "ObservabilityConfig",
    "OffloadConfig",
    "ParallelConfig",
    "PassConfig",
    "PoolerConfig",
    "PrefetchOffloadConfig",
    "ProfilerConfig",
    "ReasoningConfig",
    "StructuredOutputsConfig",
    "UVAOffloadConfig",
    "WeightTransferConfig",
)

# Where create_engine_config() puts a field of EngineArgs: the first of these sections that has one of its name, …
_SECTIONS = (
    "model_config",
    "cache_config",
    "parallel_config",
    "scheduler_config",
    "load_config",
    "lora_config",
    "structured_outputs_config",
    "observability_config",
    "compilation_config",
    "kernel_config",
)
# … unless it is renamed on the way (engine/arg_utils.py, EngineArgs.create_engine_config).
_PLACES = {
    "kv_cache_dtype": "cache_config.cache_dtype",
    "scheduling_policy": "scheduler_config.policy",
    "lora_target_modules": "lora_config.target_modules",
    "cpu_offload_gb": "offload_config.uva.cpu_offload_gb",
    "cpu_offload_params": "offload_config.uva.cpu_offload_params",
    "offload_group_size": "offload_config.prefetch.offload_group_size",
    "offload_num_in_group": "offload_config.prefetch.offload_num_in_group",
    "offload_prefetch_step": "offload_config.prefetch.offload_prefetch_step",
    "offload_params": "offload_config.prefetch.offload_params",
    "offload_backend": "offload_config.offload_backend",
    "data_parallel_address": "parallel_config.data_parallel_master_ip",
    "device_ids": "parallel_config.assigned_physical_gpu_ids",
    "attention_backend": "attention_config.backend",
    "mamba_backend": "mamba_config.backend",
    "mamba_ssu_algorithm": "mamba_config.ssu_algorithm",
    "enable_mamba_cache_stochastic_rounding": "mamba_config.enable_stochastic_rounding",
    "mamba_cache_philox_rounds": "mamba_config.stochastic_rounding_philox_rounds",
    # The given mapping itself gets keys added by the library; what counts is the section it becomes.
    "speculative_config": "speculative_config",
    "spec_method": "speculative_config.method",
    "spec_model": "speculative_config.model",
    "spec_tokens": "speculative_config.num_speculative_tokens",
    "log_level": "logging_config.log_level",
    "log_config_file": "logging_config.pylogging_config_file",
}
# Used on the way, or InitVars of a section: nothing in the end shows them.
_UNREAD = (
    "enable_lora",
    "spec_method",
    "spec_model",
    "spec_tokens",
    "tokens_only",
    "disable_log_stats",
    "data_parallel_start_rank",
    "limit_mm_per_prompt",
    "mm_processor_kwargs",
    "mm_processor_cache_gb",
    "mm_processor_cache_type",
    "mm_encoder_tp_mode",
    "mm_shm_cache_max_object_size_mb",
    "media_io_kwargs",
    "interleave_mm_strings",
    "skip_mm_profiling",
    "video_pruning_rate",
    "enable_mm_embeds",
    "language_model_only",
    "mm_encoder_only",
    "mm_hasher_algorithm",
    "mm_encoder_attn_backend",
    "mm_encoder_attn_dtype",
    "mm_encoder_fp8_scale_path",
    "mm_encoder_fp8_scale_save_path",
    "mm_encoder_fp8_scale_save_margin",
    "mm_tensor_ipc",
    "mm_ipc_gpu_memory_gb",
    "mm_device_do_normalize",
    "mm_processor_device",
    "video_pruning_method",
)

# As many words as the tiny model has tokens. A fast tokenizer, as most models have: structured outputs ask for one.
_TINY_TOKENIZER: dict[str, object] = {
    "version": "1.0",
    "truncation": None,
    "padding": None,
    "added_tokens": [],
    "normalizer": None,
    "pre_tokenizer": {"type": "Whitespace"},
    "post_processor": None,
    "decoder": None,
    "model": {"type": "WordLevel", "vocab": {f"w{number}": number for number in range(128)}, "unk_token": "w0"},
}


# What ModelConfig keeps of the model's config.json and its files, what the registry says of its architecture, and the
# functions that read them (transformers_utils/config.py and repo_utils.py; config/model.py).
_OF_MODEL = (
    "hf_config",
    "hf_text_config",
    "hf_image_processor_config",
    "encoder_config",
    "model_arch_config",
    "_model_info",
    "_architecture",
    "architectures",
    "architecture",
    "is_encoder_decoder",
    "is_hybrid",
    "is_moe",
    "is_multimodal_model",
    "multimodal_config",
    "get_config_dict",
    "get_hf_file_bytes",
    "get_hf_file_to_dict",
    "get_hidden_size",
    "get_num_experts",
    "get_safetensors_params_metadata",
    "get_total_num_hidden_layers",
    "get_vocab_size",
    "list_repo_files",
)

_SERVE = CommandFormat(
    "vllm serve",
    "vllm.EngineArgs",
    starts=(
        ("vllm", "serve"),
        ("-m", "vllm.entrypoints.openai.api_server"),
        ("-m", "vllm.entrypoints.api_server"),
        ("-m", "vllm.entrypoints.cli.main", "serve"),
    ),
    options="vllm_options.json",
    positional="model",
    config="--config",
    joined={"-O": "optimization_level"},
    images=("vllm-openai*", "*/vllm-openai*", "*/vllm-cpu-release*"),
)
_FORMATS = (
    FileFormat(
        "vllm --config file",
        "vllm.EngineArgs",
        names=("vllm*.yaml", "vllm*.yml"),
        keys=(
            "model_tag",
            "tensor_parallel_size",
            "pipeline_parallel_size",
            "data_parallel_size",
            "gpu_memory_utilization",
            "max_model_len",
            "max_num_seqs",
            "max_num_batched_tokens",
            "served_model_name",
            "enforce_eager",
            "enable_prefix_caching",
            "kv_cache_dtype",
            "trust_remote_code",
        ),
        options="vllm serve",
    ),
    # The server takes its own sampling parameters beside those of the protocol (entrypoints/*/protocol.py).
    FileFormat(
        "request body",
        "vllm.SamplingParams",
        names=("request*.json",),
        keys=("messages", "prompt"),
        beside=("model", "messages", "prompt", "stream", "stream_options", "user", "logprobs", "top_logprobs", "tools",
                "tool_choice", "response_format", "metadata", "store", "parallel_tool_calls", "echo", "suffix", "best_of",
                "extra_body", "chat_template_kwargs", "priority", "service_tier", "reasoning_effort", "truncate_prompt_tokens"),
        renamed={"max_completion_tokens": "max_tokens"},
        open=True,
    ),
)  # fmt: skip

ENGINE = Engine(
    name="vllm",
    formats=_FORMATS,
    commands=(_SERVE,),
    folder=str(Path(__file__).parent),
    package="vllm",
    native_types={
        # What the engine does with every request: verify() with the model's config and its tokenizer.
        "vllm.SamplingParams": NativeType(
            validate=(
                Call(
                    "verify",
                    (
                        {"$fixture": "model_config"},
                        None,
                        {"$native": "vllm.config.StructuredOutputsConfig", "kwargs": {}},
                        {"$fixture": "tokenizer"},
                    ),
                ),
            )
        ),
        "vllm.sampling_params.StructuredOutputsParams": NativeType(),
        "vllm.sampling_params.RepetitionDetectionParams": NativeType(),
        "vllm.sampling_params.BeamSearchParams": NativeType(base={"beam_width": 2, "max_tokens": 16}),
        "vllm.EngineArgs": NativeType(
            base=_MODEL,
            build="create_engine_config",
            sections=_SECTIONS,
            places=_PLACES,
            becomes="vllm.config.VllmConfig",
            unread=_UNREAD,
            switches={"lora_config": "enable_lora"},
            # EngineArgs.create_engine_config holds them against numbers as they were given.
            compared=("data_parallel_size_local", "max_cpu_loras"),
            # Declared as plain dictionaries; the schema knows the classes of the other fields.
            holds={
                "speculative_config": "vllm.config.SpeculativeConfig",
                "diffusion_config": "vllm.config.DiffusionConfig",
                "watermark_config": "vllm.config.WatermarkConfig",
            },
        ),
        "vllm.config.ModelConfig": NativeType(base=_MODEL),
        "vllm.config.SchedulerConfig": NativeType(
            base={"max_model_len": 2048, "is_encoder_decoder": False}, unread=("max_model_len", "is_encoder_decoder")
        ),
        "vllm.config.SpeculativeConfig": NativeType(base={"method": "ngram", "num_speculative_tokens": 2}),
        "vllm.config.WatermarkConfig": NativeType(base={"key": 1}),
        **{f"vllm.config.{name}": NativeType() for name in _CONFIGS},
    },
    imports=("vllm", "vllm.config", "vllm.engine.arg_utils", "vllm.sampling_params"),
    message_helpers=("vllm/logger.py",),
    # A tokenizer that was loaded once is not loaded again, and what was said of it not said.
    once_caches=("vllm.logger", "vllm.envs", "vllm.tokenizers.registry"),
    # model_class_overrides is entered into the registry once a process, and said once.
    resets=(
        "vllm.config.model:_REGISTERED_MODEL_CLASS_OVERRIDES",
        "vllm.model_executor.models.registry:ModelRegistry.models",
    ),
    exception_field=("parameter",),
    environment={"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "1"},
    # What it finds out of a model's architecture in a process of its own, which takes seconds.
    caches=("VLLM_CACHE_ROOT",),
    landmarks={
        "vllm.SamplingParams": Landmark("class", "every request holds one"),
        "vllm.SamplingParams.__post_init__": Landmark("callable", "its rewrites and checks", producers=("invariants",)),
        "vllm.EngineArgs.create_engine_config": Landmark(
            "callable", "the checks across all configs", producers=("invariants",)
        ),
        "vllm.config.VllmConfig": Landmark("class", "what the engine's arguments become"),
        "vllm.config.VllmConfig.__post_init__": Landmark(
            "callable", "checks across configs", producers=("invariants",)
        ),
        "vllm.config.ModelConfig": Landmark("class", "checked against every other config", ("model",)),
        "vllm.config.ParallelConfig": Landmark("class", "sizes that others must fit"),
        "vllm.config.CacheConfig": Landmark("class", "memory and its data types"),
    },
    files={
        "tiny-llama/config.json": json.dumps(_TINY_MODEL, indent=1),
        "tiny-mtp/config.json": json.dumps(_TINY_MTP_MODEL, indent=1),
        "tiny-dspark/config.json": json.dumps(_TINY_DSPARK_MODEL, indent=1),
        "tiny-omni-dspark/config.json": json.dumps(_TINY_OMNI_DSPARK_MODEL, indent=1),
        "tiny-mlp-speculator/config.json": json.dumps(_TINY_MLP_SPECULATOR, indent=1),
        "tiny-tokenizer/tokenizer.json": json.dumps(_TINY_TOKENIZER),
    },
    platform=("vllm.platforms:current_platform",),
    of_model=_OF_MODEL,
    fixtures={
        "model_config": Fixture(
            {"$native": "vllm.EngineArgs", "kwargs": _MODEL}, then=("create_engine_config()", "model_config")
        ),
        "tokenizer": Fixture(
            {"tokenizer_file": {"$file": "tiny-tokenizer/tokenizer.json"}},
            made_by="transformers:PreTrainedTokenizerFast",
        ),
    },
)
