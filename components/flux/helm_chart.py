"""Where the chart of a HelmRelease comes from."""

from collections.abc import Mapping
from typing import Any, TypedDict

import pulumi

from components.rules.choices import ChartKind
from components.rules.kubernetes import without_empty


class ChartRefArgs(TypedDict):
    """An object in the namespace of Flux that has the chart, such as an OCIRepository."""

    kind: ChartKind
    """Its kind."""
    name: pulumi.Input[str]
    """Its name."""


def chart_of(
    source_kind: str, source_name: pulumi.Input[str], args: Mapping[str, Any]
) -> dict[str, Any]:
    """Return `spec.chart` or `spec.chartRef` of a HelmRelease with the inputs `args`."""
    if reference := args.get("chart_ref"):
        return {"chartRef": {"kind": ChartKind(reference["kind"]).value, "name": reference["name"]}}
    # A chart from Git follows each commit, not its version alone.
    strategy = "Revision" if source_kind == "GitRepository" else "ChartVersion"
    chart = without_empty(
        chart=args["chart"],
        version=args.get("version"),
        sourceRef={"kind": source_kind, "name": source_name},
        valuesFiles=list(args.get("values_files", ())),
        reconcileStrategy=strategy,
    )
    return {"chart": {"spec": chart}}
