"""A fixture for projects that build configs in code: ``assert_valid_config(native_type, kwargs, strict=False)``."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture(scope="session")
def assert_valid_config() -> Callable[..., None]:
    """Fails the test where the library would refuse the config; strictly, also where a field would be ignored."""
    from llem_rules.in_code import InvalidConfig
    from llem_rules.in_code import assert_valid_config as judged

    def ask(native_type: str, kwargs: dict[str, object], *, strict: bool = False, version: str | None = None) -> None:
        __tracebackhide__ = True
        told = None
        try:
            judged(native_type, kwargs, strict=strict, version=version)
        except InvalidConfig as refused:
            told = str(refused)
        if told is not None:  # outside of the handler, or pytest tells the exception as well
            pytest.fail(told, pytrace=False)

    return ask
