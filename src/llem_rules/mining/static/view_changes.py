"""When a view of a field's value is not the value itself: what assigning it back changes."""

from __future__ import annotations

from llem_rules.mining.static.formulas import Formula, Unsaid, both, either, test
from llem_rules.mining.static.views import MARK
from llem_rules.rules.expressions import Expression

# A list that became a tuple, or a set a list, is the same to those who read it back; these are not.
_NO_LISTS = ("str", "dict")


def view_differs(path: str) -> Formula:
    """When the field's view is another value than the field's own."""
    base, *steps = path.split(MARK)
    return either(*(_changes(base, step) for step in steps))


def _changes(base: str, step: str) -> Formula:
    match step:
        case "lower":
            return test(f"{base}{MARK}lower", "!=", Expression(f"@{base}"))
        case "list" | "tuple":
            return test(base, "type_is", _NO_LISTS)
        case "unique":
            return either(test(base, "type_is", _NO_LISTS), test(base, "distinct", False))
        case "set":
            return test(base, "type_is_not", ("set",))
        case "int":
            return both(test(base, "type_is", ("float",)), test(base, "not_multiple_of", 1))
        case "str":
            return test(base, "type_is_not", ("str",))
        case "strip":
            return test(base, "matches", r"\A\s|\s\Z")
    return Unsaid(f"self.{base} = …", "whether the new value differs from the one given")
