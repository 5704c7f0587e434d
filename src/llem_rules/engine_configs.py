"""The parameters that are exposed to users, engine by engine: chosen and narrowed by people, and by nobody else.

A class with a ``native_type`` is a curated model: each of its fields exposes the native field of its name. A ``Literal``
narrows the choices, a bound narrows the range. ``llem-rules curation ENGINE`` compares them with what the library declares.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field


class Curated(BaseModel):
    """What all curated models share. None stands for: not given, the library's default."""

    model_config = ConfigDict(extra="forbid")
    native_type: ClassVar[str]


class TransformersSampling(Curated):
    """How transformers chooses tokens."""

    native_type: ClassVar[str] = "transformers.GenerationConfig"

    do_sample: bool | None = None
    temperature: float | None = Field(default=None, gt=0)
    top_k: int | None = Field(default=None, ge=0)
    top_p: float | None = Field(default=None, ge=0, le=1)
    min_p: float | None = Field(default=None, ge=0, le=1)
    typical_p: float | None = None
    repetition_penalty: float | None = Field(default=None, gt=0)
    no_repeat_ngram_size: int | None = Field(default=None, ge=0)


class TransformersLength(Curated):
    """How much transformers generates."""

    native_type: ClassVar[str] = "transformers.GenerationConfig"

    max_new_tokens: int | None = Field(default=None, ge=1)
    min_new_tokens: int | None = Field(default=None, ge=0)
    max_time: float | None = Field(default=None, gt=0)


class TransformersBeams(Curated):
    """transformers' beam search."""

    native_type: ClassVar[str] = "transformers.GenerationConfig"

    num_beams: int | None = Field(default=None, ge=1)
    num_return_sequences: int | None = Field(default=None, ge=1)
    length_penalty: float | None = None
    early_stopping: bool | Literal["never"] | None = None


class TransformersCache(Curated):
    """transformers' cache of keys and values."""

    native_type: ClassVar[str] = "transformers.GenerationConfig"

    use_cache: bool | None = None
    cache_implementation: Literal["dynamic", "static", "offloaded", "offloaded_static", "quantized"] | None = None


class TransformersBitsAndBytes(Curated):
    """Quantization with bitsandbytes."""

    native_type: ClassVar[str] = "transformers.BitsAndBytesConfig"

    load_in_4bit: bool | None = None
    load_in_8bit: bool | None = None
    bnb_4bit_quant_type: Literal["fp4", "nf4"] | None = None
    bnb_4bit_use_double_quant: bool | None = None
    llm_int8_threshold: float | None = None


class TransformersConfig(BaseModel):
    """All of transformers."""

    model_config = ConfigDict(extra="forbid")

    sampling: TransformersSampling = Field(default_factory=TransformersSampling)
    length: TransformersLength = Field(default_factory=TransformersLength)
    beams: TransformersBeams = Field(default_factory=TransformersBeams)
    cache: TransformersCache = Field(default_factory=TransformersCache)
    bitsandbytes: TransformersBitsAndBytes | None = None


class VllmSampling(Curated):
    """How vLLM chooses tokens."""

    native_type: ClassVar[str] = "vllm.SamplingParams"

    n: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    top_k: int | None = Field(default=None, ge=-1)
    min_p: float | None = Field(default=None, ge=0, le=1)
    presence_penalty: float | None = Field(default=None, ge=-2, le=2)
    frequency_penalty: float | None = Field(default=None, ge=-2, le=2)
    repetition_penalty: float | None = Field(default=None, gt=0)
    max_tokens: int | None = Field(default=None, ge=1)
    min_tokens: int | None = Field(default=None, ge=0)
    seed: int | None = None
    ignore_eos: bool | None = None


class VllmEngine(Curated):
    """vLLM's engine: the model, its memory and its schedule."""

    native_type: ClassVar[str] = "vllm.EngineArgs"

    dtype: Literal["auto", "float16", "bfloat16", "float32"] | None = None
    max_model_len: int | None = Field(default=None, ge=1)
    gpu_memory_utilization: float | None = Field(default=None, gt=0, le=1)
    max_num_seqs: int | None = Field(default=None, ge=1)
    max_num_batched_tokens: int | None = Field(default=None, ge=1)
    enable_prefix_caching: bool | None = None
    enable_chunked_prefill: bool | None = None
    enforce_eager: bool | None = None
    kv_cache_dtype: Literal["auto", "fp8", "fp8_e4m3", "fp8_e5m2"] | None = None
    tensor_parallel_size: int | None = Field(default=None, ge=1)
    pipeline_parallel_size: int | None = Field(default=None, ge=1)
    load_format: Literal["auto", "safetensors", "dummy"] | None = None


class VllmConfig(BaseModel):
    """All of vLLM."""

    model_config = ConfigDict(extra="forbid")

    engine: VllmEngine = Field(default_factory=VllmEngine)
    sampling: VllmSampling = Field(default_factory=VllmSampling)


class TensorrtEngine(Curated):
    """TensorRT-LLM's engine."""

    native_type: ClassVar[str] = "tensorrt_llm.llmapi.TorchLlmArgs"

    dtype: Literal["auto", "float16", "bfloat16"] | None = None
    max_batch_size: int | None = Field(default=None, ge=1)
    max_num_tokens: int | None = Field(default=None, ge=1)
    max_seq_len: int | None = Field(default=None, ge=1)
    tensor_parallel_size: int | None = Field(default=None, ge=1)
    pipeline_parallel_size: int | None = Field(default=None, ge=1)


class TensorrtSampling(Curated):
    """How TensorRT-LLM chooses tokens."""

    native_type: ClassVar[str] = "tensorrt_llm.llmapi.SamplingParams"

    temperature: float | None = Field(default=None, ge=0)
    top_p: float | None = Field(default=None, gt=0, le=1)
    top_k: int | None = Field(default=None, ge=0)
    max_tokens: int | None = Field(default=None, ge=1)
    n: int | None = Field(default=None, ge=1)


class TensorrtConfig(BaseModel):
    """All of TensorRT-LLM."""

    model_config = ConfigDict(extra="forbid")

    engine: TensorrtEngine = Field(default_factory=TensorrtEngine)
    sampling: TensorrtSampling = Field(default_factory=TensorrtSampling)
