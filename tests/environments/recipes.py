"""Tiny recipes for environments that are made in a second."""

from __future__ import annotations

from llem_rules.corpus.versions import EngineVersions


def recipe(
    version: str = "24.1", *, requirement: str = "packaging=={version}", python: str = ">=3.11", **more: object
) -> EngineVersions:
    """A versions file whose library is a small package without dependencies."""
    return EngineVersions.model_validate(
        {
            "schema_version": 1,
            "engine": "tiny",
            "library": {"pep503_name": "packaging", "current_version": version},
            "image": {"reference": "tiny:{version}", "source": "first_party"},
            "environment": {"requirements": [requirement], "python": python, **more},
            "miner_pins": {"invariants": ">=1", "schemas": ">=1"},
        }
    )
