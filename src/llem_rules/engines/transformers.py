"""Hugging Face transformers: generation and quantization configs.

Facts: transformers 5.23.0, ``generation/configuration_utils.py`` and ``utils/quantization_config.py``.
"""

from __future__ import annotations

from llem_rules.engines.base import Call, Engine, NativeType

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

ENGINE = Engine(
    name="transformers",
    package="transformers",
    native_types={
        # The constructor calls validate() itself; the stage is for what people call again after changing attributes.
        "transformers.GenerationConfig": NativeType(validate=(Call("validate"),)),
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
)
