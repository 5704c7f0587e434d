"""What is kept of one run, within bounds: the first of each thing said, and how often; floods are counted, not stored."""

from __future__ import annotations

import json
import os
from typing import Any, Callable, Dict, List, Optional, Tuple

MOST_MESSAGES = 200
LONGEST_MESSAGE = 2000
MOST_BYTES = 1 << 16  # of all texts of one run together
Event = Dict[str, Any]
Sink = Callable[[Event], None]


class Collected:
    """Messages, effective values and an exception. ``sink``: where each is told at once, for whom this process may outlive."""

    def __init__(self, sink: Optional[Sink] = None) -> None:
        self.messages: List[Dict[str, Any]] = []
        self.dropped = 0
        self.effective: Dict[str, Dict[str, Any]] = {}
        self.observed: Dict[str, str] = {}
        self.exception: Optional[Dict[str, Any]] = None
        self.library_version: Optional[str] = None
        self._sink = sink
        self._known: Dict[Tuple[Any, ...], Dict[str, Any]] = {}
        self._ids: Dict[str, Dict[str, Any]] = {}  # of several writers to one spool: whose count a later event tells
        self._bytes = 0

    def say(self, channel: str, level: str, text: str, stage: Optional[str], site: Any, more: Dict[str, Any]) -> None:
        """Add something that was said."""
        key = (channel, level, text, stage)
        known = self._known.get(key)
        if known is not None:
            known["count"] += 1
            return
        if not self._fits(text):
            return
        cut = {"cut": True} if len(text) > LONGEST_MESSAGE else {}
        message = {
            "channel": channel,
            "level": level,
            "text": text[:LONGEST_MESSAGE],
            "stage": stage,
            "site": _plain_site(site),
            "count": 1,
            **cut,
            **more,
        }
        self._add(key, message)
        name = "%d:%d" % (os.getpid(), len(self.messages))
        self._ids[name] = message
        self._tell({"message": message, "id": name})

    def _fits(self, text: str) -> bool:
        """Whether there is room for one more; else it is counted only."""
        size = min(len(text), LONGEST_MESSAGE)
        if len(self.messages) >= MOST_MESSAGES or self._bytes + size > MOST_BYTES:
            self.dropped += 1
            return False
        self._bytes += size
        return True

    def _add(self, key: Tuple[Any, ...], message: Dict[str, Any]) -> None:
        self._known[key] = message
        self.messages.append(message)

    def is_known(self, channel: str, level: str, text: str, stage: Optional[str]) -> bool:
        """Whether it was said before: then its place need not be looked for."""
        return (channel, level, text, stage) in self._known or len(self.messages) >= MOST_MESSAGES

    def keep(self, native_type: str, effective: Dict[str, Any], observed: str) -> None:
        """The effective values that the engine reported: those that were not kept, and the hash of them all."""
        self.effective[native_type] = effective
        self.observed[native_type] = observed
        self._tell({"native_type": native_type, "effective": effective, "observed": observed})

    def fail(self, exception: Dict[str, Any]) -> None:
        """What was raised in the end."""
        self.exception = exception
        self._tell({"exception": exception})

    def of_version(self, version: Optional[str]) -> None:
        """The library's version, as soon as it is known: the process may not come to its end."""
        if version is not None and self.library_version is None:
            self.library_version = version
            self._tell({"library_version": version})

    def close(self, library_version: Optional[str]) -> None:
        """The end of a run that came to its end. What a process had said before it was forked is its parent's to tell."""
        self.of_version(library_version)
        own = "%d:" % os.getpid()
        counts = {name: one["count"] for name, one in self._ids.items() if one["count"] > 1 and name.startswith(own)}
        self._tell({"closed": True, "counts": counts, "dropped": self.dropped})

    def take(self, event: Event) -> None:
        """The other end of a sink, which several processes may write to: what two of them say is one thing said twice."""
        if "message" in event:
            self._take_message(event["message"], event["id"])
        elif "effective" in event:
            self.keep(event["native_type"], event["effective"], event["observed"])
        elif "exception" in event:
            self.exception = event["exception"]
        elif "library_version" in event:
            self.of_version(event["library_version"])
        elif "closed" in event:
            self.dropped += event["dropped"]
            for name, count in event["counts"].items():
                if name in self._ids:
                    self._ids[name]["count"] += count - 1
                else:
                    self.dropped += count - 1

    def _take_message(self, message: Dict[str, Any], name: str) -> None:
        key = (message["channel"], message["level"], message["text"], message["stage"])
        known = self._known.get(key)
        if known is not None:
            known["count"] += 1
            self._ids[name] = known
        elif self._fits(message["text"]):
            self._add(key, message)
            self._ids[name] = message

    def _tell(self, event: Event) -> None:
        if self._sink is not None:
            self._sink(event)


def _plain_site(site: Any) -> Any:
    return None if site is None else {name: site[name] for name in ("file", "function", "line")}


class Spool:
    """A file that events go through, from a process that may die to the one that outlives it."""

    def __init__(self, path: str) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def __call__(self, event: Event) -> None:
        os.write(self._handle, json.dumps(event, separators=(",", ":")).encode("ascii") + b"\n")


def read_spool(path: str) -> Collected:
    """What came through; an event that was cut short by the end of its writer is left out."""
    found = Collected()
    with open(path, "rb") as lines:
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                found.dropped += 1
                continue
            found.take(event)
    return found
