"""How fields read strings: as their own validator does, and as a section's only where the live library hands the string on."""

from __future__ import annotations

import pytest

from llem_rules.environments.declared import readings_by_type
from llem_rules.rules.reading import Kind
from tests.live import live_session

pytestmark = pytest.mark.xdist_group("vllm")
SECTION, WHOLE = "vllm.config.ParallelConfig", "vllm.EngineArgs"


@pytest.fixture(scope="module")
def readings() -> dict[str, dict[str, Kind]]:
    return readings_by_type(live_session("vllm"), [SECTION, WHOLE])


@pytest.mark.parametrize(
    ("native_type", "field", "kind"),
    [
        (SECTION, "nnodes", "int"),
        (SECTION, "data_parallel_hybrid_lb", "bool"),
        (WHOLE, "enforce_eager", "bool"),
        (WHOLE, "gpu_memory_utilization", "float"),
        # Compared with a number, or looked at for truth, before a section sees it.
        (WHOLE, "nnodes", None),
        (WHOLE, "data_parallel_size", None),
        (WHOLE, "data_parallel_hybrid_lb", None),
        (WHOLE, "enable_fault_tolerance", None),
    ],
)
def test_readings(readings: dict[str, dict[str, Kind]], native_type: str, field: str, kind: str | None) -> None:
    assert readings[native_type].get(field) == kind
