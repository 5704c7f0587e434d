"""Engine versions: the three real files, and what is said about broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from llem_rules.corpus.lint import lint_paths
from llem_rules.corpus.locate import Project
from llem_rules.corpus.versions import Environment, engine_names, load_engine_versions
from llem_rules.rules.failure import Failure

ROOT = Path(__file__).parents[2]
REAL = Project(ROOT, "tree")
GOOD = (ROOT / "engine_versions" / "transformers.yaml").read_text()


def test_real_files_load_and_lint_clean() -> None:
    assert engine_names(REAL) == ["tensorrt", "transformers", "vllm"]
    for engine in engine_names(REAL):
        versions = load_engine_versions(engine, REAL)
        assert versions.engine == engine
        assert versions.library.current_version in versions.image.at(versions.library.current_version)
        assert versions.miner_pins.covers("invariants", versions.library.current_version)
        assert not versions.miner_pins.covers("schemas", "999")
    assert lint_paths([REAL.engine_versions_dir], REAL).findings == ()


def test_what_has_no_local_environment_says_why() -> None:
    versions = load_engine_versions("tensorrt", REAL)
    assert versions.environment is None
    assert "stub" in str(versions.unavailable)


BAD = {
    "wrong version": ("5.23.0", "five", "L010", "'five' is not a version"),
    "wrong specifier": ('">=5.0,<6"', '"5.x"', "L010", "not a version specifier"),
    "placeholder": ("transformers=={version}", "transformers=={verion}", "L010", "{version} is the only placeholder"),
    "unknown key": ("library:", "libary:", "L011", 'unknown key "libary"'),
    "source": ("first_party", "third_party", "L010", "source is one of"),
    "future": ("schema_version: 1", "schema_version: 2", "L010", "schema_version is one of 1, not 2"),
    "name": ("pep503_name: transformers", "pep503_name: Trans_formers", "L010", "pep503_name"),
    "other file": ("engine: transformers", "engine: vllm", "L023", "in a file that is called transformers.yaml"),
    "no reason": ("environment:", "unavailable: because\nenvironment:", "L010", "neither goes without the other"),
    "duplicate": ("engine: transformers", "engine: transformers\nengine: transformers", "L003", "twice"),
    "not yaml": ("engine: transformers", "engine: [", "L002", "not YAML"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_broken_file_says_where_and_why(name: str, tmp_path: Path) -> None:
    old, new, code, message = BAD[name]
    folder = tmp_path / "engine_versions"
    folder.mkdir()
    path = folder / "transformers.yaml"
    path.write_text(GOOD.replace(old, new))
    findings = lint_paths([path]).findings
    assert code in {finding.code for finding in findings}
    assert any(message in finding.message for finding in findings)
    with pytest.raises(Failure, match=r"transformers.yaml:\d+:\d+: "):
        load_engine_versions("transformers", Project(tmp_path, "tree"))


def test_unknown_engine_lists_the_known() -> None:
    with pytest.raises(Failure, match="transformers, vllm"):
        load_engine_versions("sglang", REAL)


@pytest.mark.parametrize(
    ("version", "requirements", "overrides"),
    [
        ("1.0", ["lib==1.0", "dep<2", "Tool==3"], ["other==0; sys_platform == 'never'", "tool==3"]),
        ("1.5", ["lib==1.5", "dep<2"], ["tool==0; sys_platform == 'never'", "other==0; sys_platform == 'never'"]),
        ("2.0", ["lib==2.0"], ["tool==0; sys_platform == 'never'", "other==0; sys_platform == 'never'"]),
    ],
)
def test_companions_of_older_versions(version: str, requirements: list[str], overrides: list[str]) -> None:
    never = "; sys_platform == 'never'"
    environment = Environment.model_validate(
        {
            "requirements": ["lib=={version}"],
            "overrides": [f"tool==0{never}", f"other==0{never}"],
            "python": ">=3.10",
            "companions": [
                {"versions": "<2", "requirements": ["dep<2"]},
                {"versions": "<1.5", "requirements": ["Tool==3"], "overrides": ["tool==3"]},
            ],
        }
    )
    assert environment.requirements_for(version) == requirements
    assert environment.overrides_for(version) == overrides
