"""Config classes of which each breaks one metamorphic relation, and one that breaks none."""


class Calm:
    """Zero makes ``p`` one."""

    def __init__(self, t: float = 1.0, p: float = 1.0) -> None:
        self.t, self.p = t, 1.0 if t == 0 else p


class Ordered:
    """What is given first is forgotten."""

    def __init__(self, **given: object) -> None:
        self.a, self.b = 1, 1
        for name, value in list(given.items())[-1:]:
            setattr(self, name, value)


class Shy:
    """Refuses its own default, once it is said aloud."""

    def __init__(self, t: object = 1, **given: object) -> None:
        self.t, self.mode = t, given.get("mode", "a")
        if "mode" in given:
            raise ValueError("mode must not be given")


class Leaky:
    """``old`` is dropped, but not before ``new`` was made of it."""

    def __init__(self, new: object = 0, **given: object) -> None:
        self.new = given.get("old", new)


class Restless:
    """Counts on, whatever it is given."""

    def __init__(self, n: int = 0) -> None:
        self.n = n + 1
