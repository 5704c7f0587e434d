"""A library's own logging module: it only passes messages on, and some only once."""

import functools
import logging

logger = logging.getLogger("fauxllm")
logger.setLevel(logging.WARNING)
child = logging.getLogger("fauxllm.child.deep")


@functools.lru_cache(None)
def warning_once(text):
    logger.warning(text)


class Touchy:
    """What clearing caches must not stumble over."""

    def __getattr__(self, name):
        raise RuntimeError("not before it is set up")


lazy = Touchy()
