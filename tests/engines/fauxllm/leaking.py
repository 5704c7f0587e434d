"""What a case leaves behind in its process. Every class shows in ``seen`` what the cases before it left."""

import contextlib
import logging
import os
import random
import subprocess
import sys
import threading
import time
import warnings

from . import log

COUNT = {"built": 0}
LAST = None
_HIDDEN = []


class Left:
    """One thing for each value of ``how``; ``seen`` is what a case finds of it."""

    def __init__(self, how="", seen=None):
        self.how = how
        self.seen = getattr(self, "_" + how, lambda: "clean")()

    def _variable(self):
        found = os.environ.get("FAUX_LEFT", "clean")
        os.environ["FAUX_LEFT"] = "left"
        return found

    def _folder(self):
        found = "clean" if os.getcwd() != "/" else "left"
        os.chdir("/")
        return found

    def _path(self):
        found = "left" if "/faux" in sys.path else "clean"
        sys.path.append("/faux")
        return found

    def _streams(self):
        found = "clean" if sys.stdout is not None else "left"
        sys.stdout = None
        return found

    def _once(self):
        log.warning_once("this is said once")
        return "clean"

    def _default_warning(self):
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.warn("shown once for each place")
        return "clean"

    def _filters(self):
        warnings.warn("still heard")
        warnings.simplefilter("ignore")
        return "clean"

    def _level(self):
        logger = logging.getLogger("fauxllm")
        found = "clean" if logger.level == logging.WARNING and not logger.handlers else "left"
        logger.setLevel(logging.CRITICAL)
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
        logging.disable(logging.CRITICAL)
        logging.addLevelName(logging.WARNING, "WARN")
        return found if logging.getLevelName(30) == "WARN" else "left"

    def _captured(self):
        logging.captureWarnings(True)
        warnings.warn("through logging")
        return "clean"

    def _printed(self):
        print("printed")
        return "clean"

    def _named(self):
        global LAST
        found = "clean" if not COUNT["built"] and LAST is None else "left"
        COUNT["built"] += 1
        LAST = "built"
        return found

    def _hidden(self):
        _HIDDEN.append(1)
        return "clean" if len(_HIDDEN) == 1 else "left"

    def _seldom(self):
        """Leaks into a message that is said of the first case alone."""
        if not _HIDDEN:
            log.logger.warning("seen is ignored the first time")
        _HIDDEN.append(1)
        return "clean"

    def _draws(self):
        random.random()
        return "clean"

    def _imports(self):
        warnings.warn("before")
        from . import talkative  # noqa

        return "clean"

    def _thread(self):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        return "clean" if threading.active_count() == 2 else "left"

    def _fork(self):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        return "clean"

    def _wait(self):
        with subprocess.Popen(["true"]):
            time.sleep(0.6)
        return "clean"

    def _big_file(self):
        with open("big", "wb") as file:
            file.truncate(0)
            for _ in range(65):
                file.write(b"x" * (1 << 20))
        os.remove("big")
        return "clean"

    def _closes(self):
        with contextlib.suppress(OSError):
            os.close(1)
            os.close(2)
        return "clean"
