"""As whom, and in which cluster, a controller applies what it delivers."""

from typing import Any, NotRequired, TypedDict

import pulumi

from components.rules.kubernetes import without_empty


class KubeConfigArgs(TypedDict):
    """A Secret in the namespace of Flux with the kubeconfig of another cluster."""

    secret_name: pulumi.Input[str]
    """Name of the Secret."""
    key: NotRequired[pulumi.Input[str]]
    """Its key; defaults to value or value.yaml."""


def kube_config(args: KubeConfigArgs | None) -> dict[str, Any]:
    """Return `spec.kubeConfig`, empty for the cluster in which Flux runs.

    Source: fluxcd/pkg `apis/meta/reference_types.go`, `KubeConfigReference`.
    """
    if args is None:
        return {}
    return {"secretRef": without_empty(name=args["secret_name"], key=args.get("key"))}
