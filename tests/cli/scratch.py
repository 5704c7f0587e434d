"""A scratch project for command-line tests: the real versions files, and rule files of the test's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from llem_rules.corpus.locate import find_project

RULE = """\
- id: transformers.WatermarkingConfig.context_width-at-least-one
  kind: invariant
  native_type: transformers.WatermarkingConfig
  require: {context_width: {">=": 1}}
  expected: {effect: error, channel: exception, exception: ValueError}
  message_template: "`context_width` should be a positive integer` but found {context_width}"
  reach: validate
  source: {file: transformers/generation/configuration_utils.py, function: WatermarkingConfig.validate}
  kwargs_positive: {context_width: 0}
  kwargs_negative: {context_width: 1}
"""


def make_project(
    folder: Path, rules: str | bytes, name: str = "WatermarkingConfig", engine: str = "transformers"
) -> Path:
    """A project in ``folder`` with one rule file. Returns the rule file's path."""
    shutil.copytree(find_project().engine_versions_dir, folder / "engine_versions")
    path = folder / "rules" / engine / f"{name}.yaml"
    path.parent.mkdir(parents=True)
    path.write_bytes(rules if isinstance(rules, bytes) else rules.encode())
    return path
