"""A project whose engine is the fake one, in its image: what a user's command line meets there."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from llem_rules.engines import Engine, NativeType
from tests.engines import faux

ROOT = Path(__file__).parents[2]
IMAGE = "llem-rules-test-fauxllm"
VERSION = "1.2.3"  # as the package says of itself
RULES = 6
CASE_S = 0.2

_VERSIONS = f"""\
schema_version: 1
engine: fauxllm
library: {{pep503_name: fauxllm, current_version: {VERSION}}}
image: {{reference: "{IMAGE}:{{version}}", source: upstream}}
environment: null
unavailable: it is a fake
miner_pins: {{invariants: ">=1", schemas: ">=1"}}
"""
_RULE = """\
- id: fauxllm.config.Slow.{field}-below-one
  kind: invalidity
  native_type: fauxllm.config.Slow
  match: {{{field}: {{"<": 1}}}}
  expected: {{effect: error, channel: exception, exception: FieldError}}
  message_template: "{field} must be at least 1, got {{{field}}}."
  source: {{file: fauxllm/config.py, function: Slow.__init__}}
  kwargs_positive: {{{field}: 0, seconds: {seconds}}}
  kwargs_negative: {{{field}: 1, seconds: {seconds}}}
"""


def faux_in_image(importing: str = "") -> Engine:
    """The fake engine as it lies in its image."""
    engine = faux(importing=importing, types={"fauxllm.config.Slow": NativeType()})
    return replace(engine, environment={**engine.environment, "PYTHONPATH": "/faux"})


ENGINE = faux_in_image()


@dataclass(frozen=True)
class Project:
    """``folder``: of the project. ``temporary``: for temporary files of its commands. ``cache``: what they remember."""

    folder: Path
    temporary: Path
    cache: Path

    @property
    def evidence(self) -> Path:
        """The validated corpus."""
        return self.folder / "corpus" / "fauxllm" / "invariants.validated.yaml"

    def variables(self, host: str | None = None) -> dict[str, str]:
        """Of a command's process."""
        own = {
            "PYTHONPATH": f"{self.folder / 'site'}:{ROOT}",
            "TMPDIR": str(self.temporary),
            "LLEM_RULES_CACHE": str(self.cache),
        }
        return {**os.environ, **own, **({} if host is None else {"DOCKER_HOST": host})}

    def start(self, *arguments: str, host: str | None = None) -> subprocess.Popen[str]:
        """A replay in the image, going on."""
        command = [sys.executable, "-m", "llem_rules.cli.entry", "replay", "fauxllm", "--env", "docker", *arguments]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.variables(host),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def replay(self, *arguments: str, host: str | None = None) -> tuple[int, str]:
        """A replay in the image: its exit code, and all that it said."""
        process = self.start("--jobs", "2", *arguments, host=host)
        said, _ = process.communicate(timeout=120)
        return process.returncode, said


def make_project(folder: Path) -> Project:
    """One in an empty folder."""
    for name in ("rules/fauxllm", "engine_versions", "site/fauxllm-1.dist-info", "temporary", "cache"):
        (folder / name).mkdir(parents=True)
    (folder / "engine_versions" / "fauxllm.yaml").write_text(_VERSIONS)
    rules = [_RULE.format(field=f"f{number}", seconds=CASE_S) for number in range(RULES)]
    (folder / "rules" / "fauxllm" / "Slow.yaml").write_text("\n".join(rules))
    about = folder / "site" / "fauxllm-1.dist-info"
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: fauxllm-adapter\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[llem_rules.engines]\nfauxllm = tests.containers.project:ENGINE\n")
    return Project(folder, folder / "temporary", folder / "cache")
