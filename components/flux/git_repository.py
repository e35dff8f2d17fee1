"""The source: Flux's view of one branch of the application repository."""

import pulumi

from components.flux.flux_object import flux_object
from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules.flux import SOURCE


def git_repository(
    place: Place,
    repository: str,
    secret_name: pulumi.Input[str],
    github_app: bool,
    branch: pulumi.Input[str],
    interval: pulumi.Input[str],
    timeout: pulumi.Input[str],
    until_fetched: bool = False,
) -> CustomObject:
    """Create a GitRepository that clones over SSH with a deploy key, or over HTTPS as a GitHub App.

    `repository` is `owner/name`. The Secret contains identity, identity.pub and known_hosts, or githubAppID,
    githubAppInstallationID and githubAppPrivateKey. The object is awaited only `until_fetched`, up to three minutes: an
    empty repository must not prevent its own webhook. That wait needs a fetch of the object as it is now, since the
    condition Ready has an observedGeneration.

    Source: source-controller `docs/spec/v1/gitrepositories.md`.
    """
    host = "https://github.com/" if github_app else "ssh://git@github.com/"
    return flux_object(
        place,
        "git-repository",
        SOURCE,
        "GitRepository",
        {
            "url": f"{host}{repository}",
            **({"provider": "github"} if github_app else {}),
            "ref": {"branch": branch},
            "interval": interval,
            "timeout": timeout,
            "secretRef": {"name": secret_name},
        },
        wait_for="condition=Ready" if until_fetched else None,
        timeout="3m" if until_fetched else None,
    )
