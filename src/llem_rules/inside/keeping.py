"""Single objects as they were: those that an adapter names, and the generators of random numbers that a process shares."""

import copy
import random
import sys
from importlib import import_module
from typing import Any, Callable, Iterable, List, Tuple

_MISSING = object()


class Kept:
    """An object of the library, ``module:name.attribute``, with a copy of what it was.

    Containers keep their identity, and get their content back; anything else is set again.
    """

    def __init__(self, holder: Any, name: str) -> None:
        self._holder, self._name = holder, name
        self._object: Any = getattr(self._holder, self._name, _MISSING)
        self._content = copy.deepcopy(self._object) if isinstance(self._object, (dict, list, set)) else None

    def restore(self) -> bool:
        """Put it back where it changed; returns whether it had."""
        changed = getattr(self._holder, self._name, _MISSING) is not self._object
        if changed and self._object is _MISSING:
            delattr(self._holder, self._name)
        elif changed:
            setattr(self._holder, self._name, self._object)
        if self._content is None or self._object == self._content:
            return changed
        content = copy.deepcopy(self._content)
        if isinstance(self._object, list):
            self._object[:] = content
        else:
            self._object.clear()
            self._object.update(content)
        return True


def kept(named: Iterable[str]) -> List[Kept]:
    """The named objects that this version of the library has."""
    found = []
    for one in named:
        module, _, path = one.partition(":")
        *holders, name = path.split(".")
        try:
            holder: Any = import_module(module)
            for part in holders:
                holder = getattr(holder, part)
        except (ImportError, AttributeError):
            continue
        found.append(Kept(holder, name))
    return found


class Draws:
    """Whether random numbers were drawn, from Python's generator or from those of the packages that have one of their own.

    Reading a whole state costs as much as a case. A generator that was not used gives the same number as its twin.
    """

    def __init__(self) -> None:
        self._put_back: List[Callable[[], None]] = []
        self._pairs: List[Tuple[Callable[[], Any], Callable[[], Any]]] = []
        self._add_python()
        if "numpy.random" in sys.modules:
            self._add_numpy(sys.modules["numpy.random"])
        if hasattr(sys.modules.get("torch"), "default_generator"):
            self._add_torch(sys.modules["torch"])

    def restore(self) -> bool:
        """Put every generator back where one was used; returns whether one was."""
        drawn = [own() for own, _ in self._pairs] != [twin() for _, twin in self._pairs]
        if drawn:
            for put_back in self._put_back:
                put_back()
        return drawn

    def _add_python(self) -> None:
        twin, state = random.Random(), random.getstate()
        twin.setstate(state)
        self._pairs.append((lambda: random.getrandbits(32), lambda: twin.getrandbits(32)))
        self._put_back += (lambda: random.setstate(state), lambda: twin.setstate(state))

    def _add_numpy(self, numpy_random: Any) -> None:
        twin, state = numpy_random.RandomState(), numpy_random.get_state()
        twin.set_state(state)
        self._pairs.append((numpy_random.random_sample, twin.random_sample))
        self._put_back += (lambda: numpy_random.set_state(state), lambda: twin.set_state(state))

    def _add_torch(self, torch: Any) -> None:
        generator = torch.default_generator
        state = generator.get_state()
        before = bytes(state.numpy())
        self._pairs.append((lambda: bytes(generator.get_state().numpy()), lambda: before))
        self._put_back.append(lambda: generator.set_state(state))
