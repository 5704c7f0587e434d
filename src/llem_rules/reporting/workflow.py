"""Text as GitHub's workflow commands and as XML 1.0 take it."""

from __future__ import annotations


def annotation(level: str, message: str, **properties: str | int) -> str:
    """One workflow command: ``error``, ``warning`` or ``notice``, with properties such as ``file`` and ``line``."""
    named = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{level} {named}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def xml_text(text: str) -> str:
    """Text without the characters that XML 1.0 has not, and a library may print."""
    return "".join(
        char
        if char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char > "\uffff"
        else "\ufffd"
        for char in text
    )
