"""A config that shows what it does only when it is used."""

import copy
import os
import threading
import time
import warnings


class Decoding:
    def __init__(self, draw=None, warmth=None, spread=None, groups=None, unused=None, mode=None):
        self.draw, self.warmth, self.spread = draw, warmth, spread
        self.groups, self.unused, self.mode = groups, unused, mode
        if warmth == 0:
            raise ValueError("warmth is zero")

    def check(self):
        if self.mode == "loud" and self.unused is not None:
            warnings.warn("unused is ignored where the mode is loud")
        if self.mode == "claims" and self.warmth is not None:
            warnings.warn("warmth is ignored where the mode claims it")
        if self.mode == "claims" and self.spread is not None:
            warnings.warn("spread is ignored where the mode claims it")
        return [getattr(self, name) for name in ("draw", "warmth", "spread", "groups", "unused", "mode")]


def decode(config, seed):
    config = copy.deepcopy(config)
    config.check()
    mode = config.mode
    if mode == "refused":
        raise ValueError("mode refused cannot be used")
    if mode == "hang":
        time.sleep(60)
    if mode == "needed" and config.groups is None:
        raise ValueError("groups are needed")
    if mode == "fatal" and config.groups is None:
        os.abort()
    if mode == "everything":
        return sorted(vars(config).items(), key=str)
    tokens = [seed + n for n in range(4)]
    if config.draw:
        tokens = [token * (config.warmth or 1) for token in tokens]
        if config.spread is not None and config.spread > 0:
            tokens.append(config.spread)
    return tokens


def prepare(how):
    if how == "broken":
        raise ImportError("no such model")
    if how == "threads":
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    os.environ["FAUXLLM_PREPARED"] = "1"
    os.chdir("/")
    return how
