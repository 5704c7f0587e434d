"""Hugging Face transformers: generation and quantization configs.

Facts: transformers 5.23.0, ``generation/configuration_utils.py`` and ``utils/quantization_config.py``.
"""

from __future__ import annotations

from llem_rules.engines.base import Engine, NativeType

ENGINE = Engine(
    name="transformers",
    package="transformers",
    native_types={
        # The constructor calls validate() itself; the stage is for what people call again after changing attributes.
        "transformers.GenerationConfig": NativeType(validate=("validate",)),
        "transformers.WatermarkingConfig": NativeType(validate=("validate",)),
        "transformers.SynthIDTextWatermarkingConfig": NativeType(
            base={"ngram_len": 5, "keys": [654, 400, 836]}, validate=("validate",)
        ),
    },
    imports=("transformers", "transformers.generation", "transformers.utils.quantization_config"),
    message_helpers=("transformers/utils/logging.py",),
    once_caches=("transformers.utils.logging",),
    environment={"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"},
)
