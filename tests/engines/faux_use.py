"""What the fake engine does with a Decoding: the worker is given this file as text."""

import os

from fauxllm import decoding


def prepare():
    return decoding.prepare(os.environ.get("FAUXLLM_USE", ""))


def defaults(_shared):
    return {"draw": False, "warmth": 1.0}


def use(_shared, config):
    for seed in (1, 2):
        yield decoding.decode(config, seed)
