"""Commit status: a commit on GitHub shows whether the cluster has applied it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NotRequired, TypedDict

import pulumi

from components.flux.alert import alert, alert_provider
from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules.choices import Severity


class CommitStatusArgs(TypedDict):
    """What writes commit statuses: a token, or the application's GitHub App."""

    token: NotRequired[pulumi.Input[str]]
    """Secret GitHub token with Commit statuses: write; defaults to the GitHub App."""
    parameter: NotRequired[str]
    """SSM name of the token; defaults to `<prefix>/<owner>/<repository>/commit-status-token`."""


def commit_status(
    place: Place,
    repository: str,
    secret_name: pulumi.Input[str],
    kustomizations: Sequence[pulumi.Input[str]],
) -> CustomObject:
    """Create a Provider of type github and an Alert of `kustomizations`, by name; return the Alert.

    Only a Kustomization reports the commit that it has applied; a HelmRelease reports its chart's version. The Secret
    has a `token` that may write commit statuses, or a GitHub App.

    Source: notification-controller `docs/spec/v1beta3/providers.md`, "Git commit status updates".
    """
    place = replace(
        place, name=f"{place.name}/commit-status", object_name=f"{place.object_name}-commit-status"
    )
    address = f"https://github.com/{repository}"
    provider = alert_provider(place, "github", address=address, secret_name=secret_name)
    sources = {"Kustomization": kustomizations}
    return alert(place, provider.object_name, Severity.INFO, sources)
