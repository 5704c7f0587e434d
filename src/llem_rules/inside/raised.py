"""What an exception says of itself: type, message, site, the field it names, and the single errors that it lists."""

from typing import Any, Dict, Iterator, List, Optional, Tuple

from .sites import Sites
from .values import text_of

LONGEST_MESSAGE = 8000


def describe_exception(error: BaseException, cls: Any, sites: Sites, field_names: Tuple[str, ...]) -> Dict[str, Any]:
    """The exception as an observation holds it. ``field_names``: attributes of exceptions that name a field."""
    described: Dict[str, Any] = {
        "type": type(error).__name__,
        "module": type(error).__module__,
        "mro": [base.__name__ for base in type(error).__mro__ if base is not object],
        "message": text_of(error, LONGEST_MESSAGE),
        "site": sites.of_traceback(error.__traceback__) or sites.of_class(cls),
        "field": _named_field(error, field_names),
    }
    listed = _listed(error, cls, sites, field_names)
    if listed is not None:
        described["errors"] = listed
    return described


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the exception is, or was raised because of, a MemoryError: then our limit raised it, not the library."""
    return any(isinstance(one, MemoryError) for one in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: Optional[BaseException] = error
    for _ in range(50):
        if one is None:
            return
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _named_field(error: Any, names: Tuple[str, ...]) -> Optional[str]:
    for name in names:
        try:
            value = getattr(error, name, None)
        except Exception:
            continue
        if isinstance(value, str):
            return value
    return None


def _listed(error: BaseException, cls: Any, sites: Sites, names: Tuple[str, ...]) -> Optional[List[Dict[str, Any]]]:
    """The single errors of a pydantic ValidationError, each with its own field and site."""
    listing = getattr(error, "errors", None)
    if type(error).__name__ != "ValidationError" or not callable(listing):
        return None
    owner = _validated(error) or cls
    try:
        return [_entry(entry, owner, sites, names) for entry in listing()]
    except Exception:
        return None


def _validated(error: BaseException) -> Any:
    """The class that was being built: pydantic names it in the error's title, and its constructor is on the traceback."""
    traceback, found = error.__traceback__, None
    title = getattr(error, "title", None)
    while traceback is not None:
        frame = traceback.tb_frame
        if frame.f_code.co_name == "__init__" and frame.f_code.co_argcount:
            made = type(frame.f_locals.get(frame.f_code.co_varnames[0]))
            if made.__name__ == title:
                found = made
        traceback = traceback.tb_next
    return found


def _entry(entry: Dict[str, Any], cls: Any, sites: Sites, names: Tuple[str, ...]) -> Dict[str, Any]:
    location = [str(part) for part in entry.get("loc", ())]
    cause = (entry.get("ctx") or {}).get("error")
    raised = isinstance(cause, BaseException)
    site = sites.of_traceback(cause.__traceback__) if isinstance(cause, BaseException) else None
    return {
        "field": location[0] if location else (_named_field(cause, names) if raised else None),
        "path": ".".join(location),
        "type": str(entry.get("type")),
        "message": text_of(entry.get("msg"), LONGEST_MESSAGE),
        "exception": type(cause).__name__ if raised else None,
        "site": site or (sites.of_field(cls, location[0]) if location else None),
    }
