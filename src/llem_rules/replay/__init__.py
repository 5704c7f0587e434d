"""Replay: every rule's cases against the live library, classed, with a confusion table as evidence.

plan (which points) → session (what was seen) → judge (what it means) → document (what is kept).
"""
