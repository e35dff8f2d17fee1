"""Keeps the release of a HelmRelease, whatever the name and the namespace of the object become."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import pulumi

from recovery.handover import Handover


async def with_its_release(
    handover: Handover, props: Mapping[str, Any], kept: Sequence[str], threads: Executor
) -> Mapping[str, Any]:
    """Return the inputs of a HelmRelease with the release that it has; `kept` are the fields that nobody wrote.

    The engine keeps them in an update; in a replacement it takes the program's.
    """
    spec = props["spec"]
    told: dict[str, Any] = {"chartRef": spec.get("chartRef")}
    if "chart" in spec:
        told = {"chart": {"spec": {"chart": spec["chart"]["spec"]["chart"]}}}
    if "spec.targetNamespace" not in kept:
        told["targetNamespace"] = spec["targetNamespace"]
    metadata = await pulumi.Output.from_input(dict(props["metadata"])).future()
    known = await pulumi.Output.from_input(told).future()
    release = await asyncio.get_running_loop().run_in_executor(
        threads, handover.release, metadata or {}, known or {}
    )
    fields = {field: value for field, value in release.items() if f"spec.{field}" in kept}
    return {**props, "spec": {**spec, **fields}}
