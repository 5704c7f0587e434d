"""Whether this process may fork: threads and accelerator contexts do not survive one. And undoing what warm-up did."""

import gc
import os
import sys
from typing import Any, Dict, List, Tuple

from .accelerators import driver_is_up, end_management
from .hugepages import collapse

_OF_MANAGEMENT = "cuda0"


def thread_names() -> List[str]:
    """The names of all threads of this process, native ones too, as the kernel knows them."""
    names = []
    try:
        tasks = os.listdir("/proc/self/task")
    except OSError:
        import threading

        return [thread.name for thread in threading.enumerate()]
    for task in tasks:
        try:
            with open("/proc/self/task/%s/comm" % task) as file:
                names.append(file.read().strip())
        except OSError:
            continue
    return sorted(names)


def why_not_to_fork() -> List[str]:
    """Reasons against forking this process; empty when it is clean."""
    reasons = []
    up = driver_is_up()
    # Asking how many GPUs there are leaves a thread of the management library, whose uses were ended: a child begins its own.
    names = [name for name in thread_names() if up or not name.startswith(_OF_MANAGEMENT)]
    if len(names) > 1:
        reasons.append("%d threads: %s" % (len(names), ", ".join(names)))
    torch = sys.modules.get("torch")
    cuda = getattr(torch, "cuda", None)
    if cuda is not None and cuda.is_initialized():
        reasons.append("a CUDA context exists")
    elif up:
        reasons.append("the CUDA driver is initialised")
    return reasons


def clear_once_caches(modules: Tuple[str, ...]) -> int:
    """Empty every cached function of the named modules, so that what is said once is said again. Returns how many."""
    cleared = 0
    for name in modules:
        for value in list(vars(sys.modules[name]).values()) if name in sys.modules else ():
            try:
                clear = getattr(value, "cache_clear", None)
                if callable(clear):
                    clear()
                    cleared += 1
            except Exception:
                continue  # an object with a __getattr__ of its own, not a cached function
    return cleared


def forget_warnings() -> None:
    """Drop every module's memory of the warnings that it has shown."""
    for module in list(sys.modules.values()):
        registry = getattr(module, "__dict__", {}).get("__warningregistry__")
        if isinstance(registry, dict):
            registry.clear()


def settle(environment: Dict[str, str], folder: str, once_caches: Tuple[str, ...]) -> Dict[str, Any]:
    """Put the process back to what it was before warm-up, and make its memory ready to be shared with children."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    cleared = clear_once_caches(once_caches)
    forget_warnings()
    gc.collect()
    gc.freeze()
    end_management()
    collapse()
    return {"caches_cleared": cleared, "fork_unclean": why_not_to_fork()}
