"""How a library treats its configuration: refusing, warning, rewriting, dropping."""

import dataclasses
import logging
import os
import select
import sys
import warnings
from os import system  # noqa

from . import log

STATE = {"built": 0}


class FieldError(ValueError):
    def __init__(self, message, parameter):
        super().__init__(message)
        self.parameter = parameter


class Plain:
    """Keeps everything, says nothing."""

    def __init__(self, a=1, b="x", c=None):
        self.a, self.b, self.c = a, b, c


class Strict:
    def __init__(self, size=1, name="n", mode="off"):
        if not isinstance(size, int):
            raise TypeError("size must be an int, got %s" % type(size).__name__)
        self.size, self.name, self.mode = size, name, mode
        self._check()

    def _check(self):
        if self.size < 1:
            raise FieldError("size must be at least 1, got %d." % self.size, "size")
        if self.name == "":
            raise ValueError("name must not be empty")

    def validate(self):
        if self.mode == "bad":
            raise ValueError("mode is bad")

    def create(self):
        if self.mode == "unbuildable":
            raise RuntimeError("cannot be built")
        return Built(self)


class Section:
    def __init__(self, size):
        self.size = size


class Built:
    def __init__(self, made_of):
        self.section = Section(made_of.size * 2 if made_of.mode == "double" else made_of.size)


class Sampling:
    """One way of speaking for each value of ``how``."""

    def __init__(self, how="", temperature=1.0, stop=None, **rest):
        self.how, self.temperature, self.stop = how, temperature, stop
        for name, value in rest.items():
            if name != "dropped":
                setattr(self, name, value)
        getattr(self, "_" + how, lambda: None)()

    def _user_warning(self):
        warnings.warn("temperature %s is odd" % self.temperature)

    def _two_warnings(self):
        warnings.warn("first", DeprecationWarning)
        warnings.warn("second", FutureWarning, stacklevel=2)
        warnings.warn("second", FutureWarning, stacklevel=2)

    def _once(self):
        log.warning_once("this is said once")

    def _levels(self):
        log.child.debug("debug")
        log.child.info("info %s", "text")
        log.child.warning("warning")
        log.child.error("error")
        logging.getLogger("someone.else").warning("not the library's")

    def _renamed_level(self):
        logging.addLevelName(logging.WARNING, "\033[33mWARN\033[0m")
        log.logger.warning("renamed")

    def _bad_format(self):
        log.logger.warning("%d items", "many")

    def _wipe(self):
        logging.getLogger().handlers.clear()
        log.logger.handlers.clear()
        log.logger.propagate = False
        log.logger.disabled = True
        logging.disable(logging.CRITICAL)
        log.logger.warning("said all the same")

    def _filtered(self):
        log.logger.addFilter(lambda record: "secret" not in record.getMessage())
        log.logger.warning("a secret")

    def _captured(self):
        logging.captureWarnings(True)
        warnings.warn("through logging")
        logging.captureWarnings(False)
        warnings.warn("and back")

    def _flood_of_messages(self):
        for number in range(1000):
            log.logger.warning("message %d", number)

    def _address(self):
        warnings.warn("got %r" % object())

    def _clamp(self):
        self.temperature = 0.5

    def _clamp_loud(self):
        log.logger.warning("temperature has been set to 0.5")
        self.temperature = 0.5

    def _clamp_quiet(self):
        log.child.info("temperature has been set to 0.5")
        self.temperature = 0.5

    def _mutate(self):
        self.stop.append("</s>")

    def _tuple(self):
        self.stop = tuple(self.stop)

    def _unreadable(self):
        self.stop = Unreadable()

    def _forget(self):
        del self.stop

    def _print(self):
        print("printed")
        sys.stderr.write("complained\n")
        os.system("echo from a shell")

    def _close_stdout(self):
        sys.stdout.close()
        sys.stderr = None

    def _shared_state(self):
        STATE["built"] += 1
        self.temperature = STATE["built"]

    def _environ(self):
        self.temperature = len([name for name in os.environ if name.startswith("FAUX_SEEN")])
        os.environ["FAUX_SEEN_%d" % os.getpid()] = "1"
        os.chdir("/")

    def _cwd(self):
        self.temperature = os.getcwd()

    def _nondeterministic(self):
        raise ValueError("lucky number %s" % os.urandom(8).hex())


class Unreadable:
    def __repr__(self):
        raise RuntimeError("no repr")

    __str__ = __repr__

    def __eq__(self, other):
        raise RuntimeError("not comparable")

    __hash__ = None

    @property
    def x(self):
        raise RuntimeError("no x")


class Chatty:
    """A property that warns when it is read, and one that raises."""

    def __init__(self, old=1, bad=1):
        self._old = old

    @property
    def old(self):
        warnings.warn("old is deprecated", DeprecationWarning)
        return self._old

    @property
    def bad(self):
        raise RuntimeError("cannot be read")


class Accumulating:
    """Changed by its own warm-up: what the parent built once, every child finds."""

    def __init__(self, a=1):
        os.environ["FAUXLLM_WARMED"] = "1"
        os.chdir("/")
        log.warning_once("warmed up")
        self.a = os.environ.get("FAUXLLM_WARMED")


class Broken:
    """Its default configuration leaves the program; so warm-up meets it."""

    def __init__(self, ok=False):
        if not ok:
            sys.exit(3)
        self.ok = ok


@dataclasses.dataclass
class Greedy:
    temperature: float = 1.0
    stop: list = dataclasses.field(default_factory=lambda: ["a"])
    seen: int = dataclasses.field(default=0, init=False)
    extra: dataclasses.InitVar = 3

    def __post_init__(self, extra):
        if self.temperature == 0.0:
            self.temperature = 1e-6


@dataclasses.dataclass
class OwnInit:
    number: int = 1
    other: int = 2

    def __init__(self, number=7, *, needed, **rest):
        self.number = number
        self.needed = needed


class Needs:
    def __init__(self, path, *args, limit=3, flag=True):
        self.path, self.limit, self.flag = path, limit, flag


class Slow:
    """Takes its time, then refuses whatever is below one."""

    def __init__(self, seconds=0.0, **limits):
        select.select([], [], [], seconds)  # a sleep would be cut short
        for name, value in limits.items():
            setattr(self, name, value)
            if value < 1:
                raise FieldError("%s must be at least 1, got %d." % (name, value), name)


class Frozen:
    __slots__ = ("a", "b")

    def __init__(self, a=1, b=None):
        self.a, self.b = a, b


class Forwarding:
    def __init__(self, inner=None):
        self.inner = inner


class Flexible:
    """Takes what it likes; only an instance tells its defaults."""

    def __init__(self, **kwargs):
        self.alpha = kwargs.pop("alpha", 0.5)
        self.beta = kwargs.pop("beta", [1])
        self._hidden = 1


class Bare:
    """Has no constructor of its own, and cannot be built without one."""

    def __new__(cls, *args, **kwargs):
        raise RuntimeError("abstract")


class Judged:
    """What rules can be right or wrong about."""

    def __init__(self, n=1, mode="a", temp=1.0, top=1.0, off=0):
        self.n, self.mode, self.temp, self.top, self.off = n, mode, temp, top, off
        self._check()
        self._speak()
        self._adjust()

    def _check(self):
        if self.n < 1:
            raise FieldError("n must be at least 1, got %d." % self.n, "n")
        if self.n > 100:
            raise TypeError("n is too large")
        if self.mode == "random":
            raise ValueError("mode random: %s" % os.urandom(8).hex())

    def _speak(self):
        if self.mode == "old":
            warnings.warn("mode old is deprecated", FutureWarning)
        if self.mode == "quiet":
            log.child.info("mode quiet is deprecated")
        if self.off > 0:
            log.logger.warning("off=%s is not off", self.off)

    def _adjust(self):
        if self.temp == 0 and self.top != 1.0:
            self.top = 1.0
        if self.temp < 0:
            log.logger.warning("top is ignored where temp is negative")

    def validate(self):
        if self.mode == "late":
            raise ValueError("mode late is refused late")
