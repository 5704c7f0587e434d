"""Hugging Face transformers: generation and quantization configs.

Facts: transformers 5.23.0, ``generation/configuration_utils.py`` and ``utils/quantization_config.py``.
"""

from __future__ import annotations

from pathlib import Path

from llem_rules.engines.base import Call, Engine, Landmark, NativeType, Use
from llem_rules.engines.formats import Choice, FileFormat

# Constructors of these check for themselves; their bases run ``post_init`` (facts: utils/quantization_config.py).
_QUANTIZATION = (
    "AqlmConfig",
    "AutoRoundConfig",
    "AwqConfig",
    "BitNetQuantConfig",
    "BitsAndBytesConfig",
    "EetqConfig",
    "FPQuantConfig",
    "FbgemmFp8Config",
    "FineGrainedFP8Config",
    "HiggsConfig",
    "MetalConfig",
    "Mxfp4Config",
    "QuantoConfig",
    "SinqConfig",
    "SpQRConfig",
    "VptqConfig",
)

# ``generate`` copies the config, fills in what was not given and validates it again before anything acts on it
# (generation/utils.py; before 5.0 the filling in was done there, field by field, since then by ``update``).
# A dictionary made of the config would be read elsewhere, unseen, so making one counts as reading all of it.
_GENERATE = Use(
    Path(__file__).with_name("transformers_use.py"),
    bookkeeping=(
        "GenerationMixin._prepare_generation_config",
        "GenerationConfig.update",
        "GenerationConfig.validate",
    ),
)

# A model is loaded with it. Loading copies the config into the model's, and writes it out as a dictionary on the way. Most
# of these want a GPU or a package for that, so that a case has to ask for it.
_LOAD = Use(
    Path(__file__).with_name("transformers_load.py"),
    bookkeeping=(
        "QuantizationConfigMixin.to_dict",
        "QuantizationConfigMixin.to_diff_dict",
        "BitsAndBytesConfig.to_dict",
    ),
    on_request=True,
)

# The class for each ``quant_method`` (facts: quantizers/auto.py, AUTO_QUANTIZATION_CONFIG_MAPPING); None: no native type here.
_BY_METHOD = {
    "aqlm": "AqlmConfig",
    "auto-round": "AutoRoundConfig",
    "awq": "AwqConfig",
    "bitnet": "BitNetQuantConfig",
    "bitsandbytes": "BitsAndBytesConfig",  # with one of the flags, without which it stands for nothing
    "bitsandbytes_4bit": "BitsAndBytesConfig",
    "bitsandbytes_8bit": "BitsAndBytesConfig",
    "compressed-tensors": "CompressedTensorsConfig",
    "eetq": "EetqConfig",
    "fouroversix": None,
    "fp_quant": "FPQuantConfig",
    "fbgemm_fp8": "FbgemmFp8Config",
    "fp8": "FineGrainedFP8Config",
    "gguf": None,
    "gptq": "GPTQConfig",
    "higgs": "HiggsConfig",
    "hqq": "HqqConfig",
    "metal": "MetalConfig",
    "mxfp4": "Mxfp4Config",
    "mxfp8": "FineGrainedFP8Config",
    "nvfp4": None,
    "quanto": "QuantoConfig",
    "quark": "QuarkConfig",
    "sinq": "SinqConfig",
    "spqr": "SpQRConfig",
    "torchao": "TorchAoConfig",
    "vptq": "VptqConfig",
}
_FORMATS = (
    FileFormat(
        "generation config",
        "transformers.GenerationConfig",
        names=("generation_config.json", "*generation_config*.json"),
        keys=("max_new_tokens", "do_sample", "num_beams", "eos_token_id", "bos_token_id", "pad_token_id"),
        beside=("transformers_version", "_from_model_config", "model_type", "quantization_config", "architectures"),
    ),
    FileFormat(
        "quantization config",
        "transformers.BitsAndBytesConfig",
        names=("config.json",),
        keys=("quantization_config",),
        within="quantization_config",
        # AutoHfQuantizer.supports_quant_method
        choose=Choice(
            "quant_method",
            {method: f"transformers.{name}" if name else None for method, name in _BY_METHOD.items()},
            flags=dict.fromkeys(("load_in_8bit", "load_in_4bit"), "transformers.BitsAndBytesConfig"),
            missing=("error", "the quantization config has no `quant_method`"),
            unknown=("dormant_announced", "unknown quantization type: the quantization is skipped"),
        ),
        beside=("quant_method", "_load_in_4bit", "_load_in_8bit"),
    ),
)

ENGINE = Engine(
    name="transformers",
    formats=_FORMATS,
    package="transformers",
    native_types={
        # The constructor calls validate() itself; the stage is for what people call again after changing attributes.
        "transformers.GenerationConfig": NativeType(validate=(Call("validate"),), use=_GENERATE),
        "transformers.WatermarkingConfig": NativeType(validate=(Call("validate"),)),
        "transformers.SynthIDTextWatermarkingConfig": NativeType(
            base={"ngram_len": 5, "keys": [654, 400, 836]}, validate=(Call("validate"),)
        ),
        "transformers.CompileConfig": NativeType(),
        "transformers.ContinuousBatchingConfig": NativeType(),
        "transformers.GPTQConfig": NativeType(base={"bits": 4}, use=_LOAD),
        **{f"transformers.{name}": NativeType(use=_LOAD) for name in _QUANTIZATION},
        "transformers.utils.quantization_config.VptqLayerConfig": NativeType(),
        # These refuse to be built without their package; they are here so that this is said, not passed over.
        "transformers.CompressedTensorsConfig": NativeType(),
        "transformers.HqqConfig": NativeType(),
        "transformers.QuarkConfig": NativeType(),
        "transformers.TorchAoConfig": NativeType(),
    },
    imports=("transformers", "transformers.generation", "transformers.utils.quantization_config"),
    message_helpers=("transformers/utils/logging.py",),
    once_caches=("transformers.utils.logging",),
    environment={"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"},
    landmarks={
        "transformers.GenerationConfig": Landmark("class", "most rules speak of it"),
        "transformers.GenerationConfig.validate": Landmark(
            "callable", "all of its own checks", producers=("invariants",)
        ),
        "transformers.generation.configuration_utils": Landmark("module", "where the generation configs are defined"),
        "transformers.utils.quantization_config": Landmark("module", "where the quantization configs are defined"),
        "transformers.utils.quantization_config.QuantizationConfigMixin": Landmark("class", "the configs' common base"),
        "transformers.utils.quantization_config.QuantizationMethod": Landmark("class", "its members name the methods"),
        "transformers.BitsAndBytesConfig.post_init": Landmark(
            "callable", "the checks of its constructor", producers=("invariants",)
        ),
    },
)
