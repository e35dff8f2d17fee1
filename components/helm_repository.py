"""Where charts come from that do not lie in the application repository."""

from typing import NotRequired, TypedDict

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components import values
from components._order import after
from components._rules import DELETED_BY_FLUX, FLUX_SOURCE


class HelmRepositoryArgs(TypedDict):
    """Inputs of a HelmRepository."""

    object_name: pulumi.Input[str]
    """Name of the object."""
    namespace: pulumi.Input[str]
    """Namespace of the object and of its Secret."""
    helm_repository: values.HelmRepository
    """Its URL, and how often Flux looks for new charts; a registry is asked for each chart only."""
    secret_name: NotRequired[pulumi.Input[str] | None]
    """Secret with username and password; defaults to none, for a public repository."""


class HelmRepository(pulumi.ComponentResource):
    """One HelmRepository. Not awaited: a repository that does not answer must not keep `up` from ending.

    Source: source-controller `docs/spec/v1/helmrepositories.md`.
    """

    object_name: pulumi.Output[str]
    """Name of the object; known once it exists."""

    def __init__(
        self, name: str, args: HelmRepositoryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the HelmRepository."""
        super().__init__("fluxhook:index:HelmRepository", name, {}, opts)
        repository, secret_name = args["helm_repository"], args.get("secret_name")
        made = CustomResource(
            f"{name}-helm-repository",
            api_version=FLUX_SOURCE,
            kind="HelmRepository",
            metadata={
                "name": args["object_name"],
                "namespace": args["namespace"],
                "annotations": DELETED_BY_FLUX,
            },
            spec={
                "url": repository.url,
                "interval": repository.interval,
                **({"type": "oci"} if repository.url.startswith("oci://") else {}),
                **({"secretRef": {"name": secret_name}} if secret_name else {}),
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.object_name = after(made, args["object_name"])
        self.register_outputs({"object_name": self.object_name})
