"""Answers of the provider protocol, made from a provider's results."""

from pulumi.runtime.proto import provider_pb2

from lab.plugins.core.diff import Difference, format_path
from lab.plugins.core.model import Failure
from lab.plugins.core.values import Properties, encode


def checked(inputs: Properties, failures: list[Failure]) -> provider_pb2.CheckResponse:
    """The answer to a check."""
    return provider_pb2.CheckResponse(
        inputs=encode(inputs),
        failures=[
            provider_pb2.CheckFailure(property=failure.property, reason=failure.reason)
            for failure in failures
        ],
    )


def diffed(difference: Difference) -> provider_pb2.DiffResponse:
    """The answer to a diff, path by path."""
    detailed: dict[str, provider_pb2.PropertyDiff] = {}
    for path, kind in difference.paths.items():
        name = f"{kind}_REPLACE" if path in difference.replaces else kind
        detailed[format_path(path)] = provider_pb2.PropertyDiff(
            kind=provider_pb2.PropertyDiff.Kind.Value(name)
        )
    return provider_pb2.DiffResponse(
        changes=(
            provider_pb2.DiffResponse.DIFF_SOME if detailed else provider_pb2.DiffResponse.DIFF_NONE
        ),
        diffs=sorted({str(path[0]) for path in difference.paths}),
        replaces=sorted(format_path(path) for path in difference.replaces),
        deleteBeforeReplace=difference.delete_before_replace and bool(difference.replaces),
        detailedDiff=detailed,
        hasDetailedDiff=True,
    )
