"""Where charts come from that do not lie in the application repository."""

from typing import NotRequired, TypedDict

import pulumi

from components.flux.flux_object import flux_object
from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules import defaults
from components.rules.flux import SOURCE


class HelmRepositoryArgs(TypedDict):
    """A Helm repository or an OCI registry with charts."""

    url: str
    """URL: https:// or oci://."""
    interval: NotRequired[pulumi.Input[str]]
    """How often Flux looks for new charts, a duration; defaults to "1h". A registry is asked for each chart only."""
    username: NotRequired[str]
    """User of a private repository."""
    password: NotRequired[pulumi.Input[str]]
    """Password of that user, a secret."""
    parameter: NotRequired[str]
    """SSM name of the password; defaults to `<prefix>/<owner>/<repository>/chart-token`."""


def helm_repository(
    place: Place, secret_name: pulumi.Input[str] | None, args: HelmRepositoryArgs
) -> CustomObject:
    """Create a HelmRepository; the Secret, if there is one, contains username and password.

    It is not awaited: a repository that does not answer must not stop `up`.

    Source: source-controller `docs/spec/v1/helmrepositories.md`.
    """
    return flux_object(
        place,
        "helm-repository",
        SOURCE,
        "HelmRepository",
        {
            "url": args["url"],
            "interval": args.get("interval", defaults.CHART_INTERVAL),
            **({"type": "oci"} if args["url"].startswith("oci://") else {}),
            **({"secretRef": {"name": secret_name}} if secret_name else {}),
        },
    )
