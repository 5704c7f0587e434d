"""Old names of dependencies, put back in an environment whose library was made before they moved."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from llem_rules.inside import aliases as inside_aliases
from llem_rules.rules.failure import NOT_CHECKED, Failure

_NAME = "llem_rules_aliases"


def add_aliases(folder: Path, aliases: Sequence[Mapping[str, str]]) -> None:
    """Let every interpreter of a virtual environment know the old names (see ``inside/aliases.py``).

    Raises:
        Failure: (3) the environment has no folder for packages.
    """
    packages = next(iter(sorted(folder.glob("lib/python*/site-packages"))), None)
    if packages is None:
        raise Failure(f"{folder} has no site-packages", hint="make it anew", code=NOT_CHECKED)
    shutil.copyfile(inside_aliases.__file__, packages / f"{_NAME}.py")
    (packages / f"{_NAME}.json").write_text(json.dumps(list(aliases), indent=1) + "\n")
    (packages / f"{_NAME}.pth").write_text(f"import {_NAME}\n")
