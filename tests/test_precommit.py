"""The hooks through the real pre-commit: a hooks repository made of this tree, and a scratch repository that uses it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.corpus.test_formatting import OTHER, RULE

ROOT = Path(__file__).parents[1]
PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
COPIED = (
    "src",
    "corpus",
    "engine_versions",
    "sites",
    "rules",
    "schemas",
    "pyproject.toml",
    "README.md",
    ".pre-commit-hooks.yaml",
)


def test_hooks_run_commands_that_exist() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [hook["id"] for hook in hooks] == ["llem-rules-lint", "llem-rules-fmt", "llem-rules-check"]
    for hook in hooks:
        program, command = hook["entry"].split()[:2]
        assert program == "llem-rules"
        assert (ROOT / "src/llem_rules/cli" / f"{command}.py").is_file()


@pytest.mark.parametrize(
    ("name", "judged"),
    [
        ("generation_config.json", True),
        ("model/generation_config.json", True),
        ("deploy/vllm-serving.yaml", True),
        ("compose.yaml", True),
        ("docker-compose.gpu.yml", True),
        ("Dockerfile", True),
        ("serving.Dockerfile", True),
        ("docker/Dockerfile.cuda", True),
        ("rules/vllm/SamplingParams.yaml", False),
        ("package.json", False),
        ("Dockerfiles/readme.md", False),
        ("compose/notes.yaml", False),
    ],
)
def test_files_that_the_hook_takes(name: str, judged: bool) -> None:
    hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())[-1]
    assert (re.search(hook["files"], name) is not None) is judged


ACTION = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"][-1]["run"]
TEXTS = {
    "good.yaml": "vllm.SamplingParams: {n: 1}",
    "bad.yaml": "vllm.SamplingParams: {n: 0}",
    "idle.yaml": "vllm.SamplingParams: {temperature: 0, top_p: 0.5}",
    "Dockerfile": 'FROM python:3.11\nCMD ["python"]\n',
}


@pytest.mark.parametrize(
    ("files", "strict", "code", "says"),
    [
        ("good.yaml", "false", 0, ""),
        ("*.yaml", "false", 1, "::error file=bad.yaml,line=1,col=26"),
        ("good.yaml\nidle.yaml", "false", 0, "::warning file=idle.yaml"),
        ("idle.yaml", "true", 1, "::warning file=idle.yaml"),
        ("Dockerfile", "false", 0, ""),
        ("nowhere/*.yaml", "false", 0, "no file matches"),
    ],
)
def test_what_the_action_runs(files: str, strict: str, code: int, says: str, tmp_path: Path) -> None:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text)
    env = {**os.environ, "FILES": files, "STRICT": strict, "SARIF": "out.sarif"}
    env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
    ran = subprocess.run(
        ["bash", "-e", "-c", ACTION], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert ran.returncode == code, ran.stderr
    assert says in ran.stdout
    if "no file" not in says:
        results = json.loads((tmp_path / "out.sarif").read_text())["runs"][0]["results"]
        assert len(results) == ran.stdout.count("::error") + ran.stdout.count("::warning")


class Shell:
    """Commands in a home of their own: nothing of the user's git or pre-commit is read or written."""

    def __init__(self, home: Path) -> None:
        # A hook runs git itself; variables such as GIT_DIR would send it to another repository.
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "XDG_"))
        }
        people = {f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        places = {"HOME": str(home), "PRE_COMMIT_HOME": str(home / "pre-commit"), "GIT_CONFIG_NOSYSTEM": "1"}
        self.env = {**kept, **people, **places}

    def __call__(self, cwd: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(part) for part in command], cwd=cwd, env=self.env, capture_output=True, text=True, check=False
        )

    def git(self, cwd: Path, *command: str | Path) -> str:
        """A git command that has to work."""
        result = self(cwd, "git", *command)
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "home").mkdir()
    return Shell(tmp_path / "home")


def _hooks_repository(folder: Path, shell: Shell) -> str:
    folder.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, folder / name)
    shell.git(folder, "init", "-q")
    shell.git(folder, "add", "-A")
    shell.git(folder, "commit", "-qm", "hooks")
    return shell.git(folder, "rev-parse", "HEAD")


@pytest.mark.slow
def test_hooks_in_a_scratch_repository(tmp_path: Path, shell: Shell) -> None:
    revision = _hooks_repository(tmp_path / "hooks", shell)
    scratch = tmp_path / "scratch"
    file = scratch / "rules" / "vllm" / "SamplingParams.yaml"
    file.parent.mkdir(parents=True)
    hooks = [{"id": "llem-rules-lint"}, {"id": "llem-rules-fmt"}, {"id": "llem-rules-check"}]
    config = {"repos": [{"repo": str(tmp_path / "hooks"), "rev": revision, "hooks": hooks}]}
    (scratch / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    (scratch / "other.yaml").write_text("a: [no]\n")
    (scratch / "Dockerfile").write_text("FROM x\nCMD vllm serve m --max-num-seqs 0\n")
    file.write_text(RULE.replace('"<"', '"=>"'))
    shell.git(scratch, "init", "-q")
    shell.git(scratch, "add", "-A")

    bad = shell(scratch, PRE_COMMIT, "run")
    assert bad.returncode == 1, bad.stdout + bad.stderr
    assert 'rules/vllm/SamplingParams.yaml:4:15  L012 unknown operator "=>" (did you mean ">="?)' in bad.stdout
    assert "other.yaml" not in bad.stdout
    assert "Dockerfile:2:33" in bad.stdout
    assert "max_num_seqs-below-1" in bad.stdout

    (scratch / "Dockerfile").write_text("FROM x\nCMD python\n")
    file.write_text(RULE + OTHER.replace('"<": 1', '"<": 0').replace("{n: 0}", "{n: -1}"))
    shell.git(scratch, "add", "-A")
    ugly = shell(scratch, PRE_COMMIT, "run")
    assert ugly.returncode == 1, ugly.stdout + ugly.stderr
    assert "files were modified by this hook" in ugly.stdout
    assert "\n\n- id: vllm.SamplingParams.b" in file.read_text()

    shell.git(scratch, "add", "-A")
    good = shell(scratch, PRE_COMMIT, "run")
    assert good.returncode == 0, good.stdout + good.stderr
