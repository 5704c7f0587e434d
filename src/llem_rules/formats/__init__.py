"""Readers of the formats that people have: from a file or a command line to native types with their arguments, positions kept.

What belongs to one engine stands in its adapter (``Engine.formats``); here is how a file is read, whatever the engine.
"""

from __future__ import annotations

from llem_rules.formats.found import Found, Part, Place, Problem
from llem_rules.formats.recognise import read_command, read_file, read_text_as

__all__ = ["Found", "Part", "Place", "Problem", "read_command", "read_file", "read_text_as"]
