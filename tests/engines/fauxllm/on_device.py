"""What cases do on a GPU. Every class takes ``go``; without it, nothing happens. Importing this module does nothing either."""

import ctypes
import os
import time

MEGABYTE = 1 << 20


class OnDevice:
    def __init__(self, go=False, megabytes=64):
        self.megabytes = megabytes
        self.total = None
        if go:
            import torch

            self.held = torch.ones(megabytes * MEGABYTE // 4, device="cuda")
            torch.cuda.synchronize()
            self.strike(torch)

    def strike(self, torch):
        self.total = float(self.held[:1024].sum())
        time.sleep(0.5)  # long enough for its memory to be seen from outside


class Crash(OnDevice):
    def strike(self, torch):
        ctypes.string_at(0)


class Abort(OnDevice):
    def strike(self, torch):
        os.abort()


class Hang(OnDevice):
    def strike(self, torch):
        while True:
            time.sleep(60)


class Fault(OnDevice):
    """Fails an assertion inside a kernel: the context is broken from then on."""

    def strike(self, torch):
        torch._assert_async(torch.zeros(1, device="cuda"))
        torch.cuda.synchronize()
