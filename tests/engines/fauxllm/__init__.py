"""A small fake engine: every class is one fault, or one way in which a library treats its configuration."""

import os
import time

__version__ = "1.2.3"

_import = os.environ.get("FAUXLLM_IMPORT", "")
if _import == "fail":
    raise RuntimeError("fauxllm needs a driver that is not here")
if _import == "missing":
    import no_such_module_for_fauxllm  # noqa
if _import == "thread":
    import threading

    threading.Thread(target=time.sleep, args=(3600,), daemon=True, name="fauxllm-pool").start()
if _import == "slow":
    time.sleep(3)
if _import == "eat":
    _eaten = []
    while True:
        _eaten.append(bytearray(b"x" * (8 << 20)))
if _import == "hang":
    time.sleep(3600)
if _import == "exit":
    os._exit(7)
if _import == "sysexit":
    raise SystemExit(4)
if _import == "cuda_context":
    import torch

    torch.zeros(1, device="cuda")
if _import == "cuda_driver":
    import ctypes

    ctypes.CDLL("libcuda.so.1").cuInit(0)
if _import == "noise":
    os.write(1, b'{"event": "ready"}\n' * 50)
    print('{"event": "import_failed"}')

from .config import Accumulating, Broken, Greedy, Plain, Sampling, Strict  # noqa
from .config import Sampling as Alias  # noqa


def run_shell(command):
    """A function of the package: no native type."""
    return os.system(command)


INSTANCE = Plain()
