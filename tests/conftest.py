"""Shared by all tests: how hard hypothesis looks. ``HYPOTHESIS_PROFILE=ci`` looks harder."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_COMMON = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile("everyday", deadline=None, max_examples=60, suppress_health_check=_COMMON)
settings.register_profile("ci", deadline=None, max_examples=1000, suppress_health_check=_COMMON, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "everyday"))
