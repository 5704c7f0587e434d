"""The fake engine as an adapter of another version would see it: each declares something that the package does not have."""

from __future__ import annotations

import dataclasses

from llem_rules.engines import Landmark, NativeType
from tests.engines import faux

WHOLE = faux()
RENAMED = dataclasses.replace(
    faux(), name="renamed", landmarks={"fauxllm.Strict.validated": Landmark("callable", "all of its checks")}
)
GONE_TYPE = dataclasses.replace(faux(types={"fauxllm.Plane": NativeType()}), name="gone_type")
GONE_MODULE = dataclasses.replace(faux(), name="gone_module", imports=("fauxllm", "fauxllm.logs"))
BROKEN = dataclasses.replace(faux(importing="fail"), name="broken")
