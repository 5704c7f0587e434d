"""Making a bundle: this package's own modules and the cases of a replay, as one file that any Python 3.11 runs."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import llem_rules

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same bytes for the same bundle
_ROOMS = ("corpus", "engines", "environments", "inside", "portable", "rules")
_START = '''"""Evidence for llem-rules, taken where this is run: python FILE --help"""
import json, os, shutil, sys, tempfile, zipfile
if sys.version_info < (3, 11):
    sys.exit("error: this bundle needs Python 3.11 or newer, and this is %s" % sys.version.split()[0])
here = os.path.dirname(os.path.abspath(__file__)) if os.path.isfile(__file__) else os.path.abspath(sys.argv[0])
folder = tempfile.mkdtemp(prefix="llem-rules-bundle-")
code = 2
try:
    with zipfile.ZipFile(here if os.path.isfile(here) else sys.argv[0]) as packed:
        packed.extractall(folder)
    sys.path[:] = [folder] + [entry for entry in sys.path if os.path.abspath(entry) != os.path.abspath(sys.argv[0])]
    from llem_rules.portable.there import main
    with open(os.path.join(folder, "bundle.json"), encoding="utf-8", errors="surrogatepass") as file:
        code = main(json.load(file))
finally:
    shutil.rmtree(folder, ignore_errors=True)
sys.exit(code)
'''


def pack(bundle: Mapping[str, Any]) -> bytes:
    """The bundle's file. ``bundle``: what ``there.main`` is given. The same bundle gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, data in (("__main__.py", _START.encode()), *_modules(), ("bundle.json", _text(bundle))):
            packed.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _modules() -> Iterator[tuple[str, bytes]]:
    root = Path(llem_rules.__file__).parent
    yield "llem_rules/__init__.py", (root / "__init__.py").read_bytes()
    for room in _ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix in {".py", ".json"}:
                yield f"llem_rules/{path.relative_to(root).as_posix()}", path.read_bytes()


def _text(bundle: Mapping[str, Any]) -> bytes:
    return json.dumps(bundle, separators=(",", ":")).encode("utf-8", "surrogatepass")
