"""What no real library does on demand. Every class takes ``go``; without it, it is harmless."""

import ctypes
import os
import select
import signal
import subprocess
import sys
import threading
import time


class Fault:
    def __init__(self, go=False, **more):
        self.go = go
        if go:
            self.strike(**more)


class Segfault(Fault):
    def strike(self):
        ctypes.string_at(0)


class Abort(Fault):
    def strike(self):
        os.abort()


class Hang(Fault):
    def strike(self):
        while True:
            time.sleep(60)


class HangDeaf(Fault):
    def strike(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)
        while True:
            pass


class HangClosed(Fault):
    """Closes everything, and stays."""

    def strike(self):
        os.closerange(0, 100)
        while True:
            time.sleep(60)


def _grandchildren(seconds, escape=False, count=20):
    for _ in range(count):
        if os.fork() == 0:
            if escape:
                os.setsid()
            time.sleep(seconds)
            os._exit(0)


class Family(Fault):
    """Twenty sleeping grandchildren that keep the pipes open; answers all the same."""

    def strike(self):
        _grandchildren(600)


class FamilyThenExit(Fault):
    def strike(self):
        _grandchildren(600)
        os._exit(5)


class Daemons(Fault):
    """The same, in sessions of their own."""

    def strike(self):
        _grandchildren(600, escape=True)


class DaemonsThenHang(Fault):
    def strike(self):
        _grandchildren(600, escape=True, count=5)
        time.sleep(600)


class ForkEndlessly(Fault):
    """Each process makes another, until the system refuses, and then again. Only where somebody limits it."""

    def strike(self):
        while True:
            try:
                os.fork()
            except OSError:
                time.sleep(0.01)


class BothReturn(Fault):
    """Forks, and both come back from the constructor."""

    def strike(self):
        os.fork()


class Memory(Fault):
    def strike(self):
        hoard = []
        while True:
            hoard.append(bytearray(16 << 20))


class MemoryCaught(Fault):
    def strike(self):
        hoard = []
        try:
            while True:
                hoard.append(bytearray(16 << 20))
        except MemoryError:
            hoard.clear()


class MemoryWrapped(Fault):
    def strike(self):
        try:
            bytearray(1 << 44)
        except Exception as error:
            raise ValueError("could not allocate") from error


class Flood(Fault):
    def strike(self):
        while True:
            print("x" * 5000)


class FloodRaw(Fault):
    def strike(self):
        while True:
            os.write(1, b"y" * 65536)


class Garbage(Fault):
    def strike(self, line='{"id": 0, "effect": "pass"}\n'):
        for fd in range(3, 51):
            try:
                os.write(fd, line.encode())
            except OSError:
                continue


class KillParent(Fault):
    def strike(self):
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)


class KillSelf(Fault):
    def strike(self):
        os.kill(os.getpid(), signal.SIGKILL)


class Exit(Fault):
    def strike(self, code=0):
        sys.stderr.write("giving up\n")
        sys.stderr.flush()
        os._exit(code)


class SysExit(Fault):
    def strike(self):
        sys.exit(3)


class Interrupt(Fault):
    def strike(self):
        raise KeyboardInterrupt


class HostileText(Fault):
    def strike(self):
        raise Hostile("x")


class Hostile(Exception):
    def __str__(self):
        raise SystemExit("even its text is hostile")

    @property
    def parameter(self):
        raise RuntimeError("no")


class Sleeper(Fault):
    """Lets somebody else do something meanwhile."""

    def strike(self, seconds=1.0, touch=None):
        if touch:
            with open(touch, "w") as file:
                file.write(str(os.getppid()))
        select.select([], [], [], seconds)  # a sleep would be cut short


class Asks(Fault):
    """Asks again some seconds later, ``times`` times; ``beside``: with a thread or a process of its own at work meanwhile."""

    def strike(self, seconds=2, times=3, beside=None):
        if beside == "thread":
            threading.Thread(target=select.select, args=([], [], [], 5), daemon=True).start()
        elif beside == "process":
            subprocess.Popen(["sleep", "5"])
        for _ in range(times):
            time.sleep(seconds)


class Endless(Fault):
    """A value whose reading back never ends."""

    def strike(self, value=None):
        self.value = 10**10000


class Subprocess(Fault):
    def strike(self):
        subprocess.Popen(["sleep", "600"], start_new_session=True)


class Eat(Fault):
    """Takes memory, and uses it, until somebody stops it."""

    def strike(self):
        eaten = []
        while True:
            eaten.append(bytearray(b"x" * (8 << 20)))


class Outside(Fault):
    """Tries what a confined process must not be able to do."""

    def strike(self):
        import warnings

        warnings.warn("network " + self._network())
        warnings.warn("system " + self._system())

    def _network(self):
        import socket

        try:
            socket.create_connection(("192.0.2.1", 80), timeout=1).close()
        except TimeoutError:
            return "reached"
        except OSError:
            return "refused"
        return "reached"

    def _system(self):
        try:
            with open("/llem-rules-was-here", "w"):
                return "written"
        except OSError:
            return "refused"
