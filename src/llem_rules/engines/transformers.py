"""Hugging Face transformers: generation and quantization configs.

Facts: transformers 5.23.0, ``generation/configuration_utils.py`` and ``utils/quantization_config.py``.
"""

from __future__ import annotations

from pathlib import Path

from llem_rules.engines.base import Call, Engine, Landmark, NativeType, Use

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

ENGINE = Engine(
    name="transformers",
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
        "transformers.GPTQConfig": NativeType(base={"bits": 4}),
        **{f"transformers.{name}": NativeType() for name in _QUANTIZATION},
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
