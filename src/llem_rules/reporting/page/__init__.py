"""The corpora as one page: ``payload`` makes plain values of them, ``render`` puts these into the page's own files.

The page is written in ``page.html``, ``css/`` and ``js/``; nothing of it stands in Python. It names no engine either: all
that it shows comes with the payload.
"""

from llem_rules.reporting.page.payload import Known, engine_payload
from llem_rules.reporting.page.render import render

__all__ = ["Known", "engine_payload", "render"]
