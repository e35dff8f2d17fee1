"""The way in through an Ingress controller, from the public host to Flux's webhook receiver."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

import pulumi
import pulumi_kubernetes as kubernetes

from components.objects.known_after import known_after
from components.objects.metadata import WRITTEN_BY_CLUSTER, metadata
from components.objects.place import Place
from components.rules.kubernetes import WEBHOOK_RECEIVER


class IngressArgs(TypedDict):
    """The Ingress controller that serves the host."""

    class_name: pulumi.Input[str]
    """Name of the IngressClass."""
    tls_secret_name: NotRequired[pulumi.Input[str]]
    """Secret with the certificate of the host; defaults to the controller's own certificate."""
    annotations: NotRequired[Mapping[str, str]]
    """Annotations for the controller, cert-manager or external-dns; defaults to none."""


def ingress(
    place: Place,
    host: pulumi.Input[str],
    path: pulumi.Output[str],
    args: IngressArgs,
) -> pulumi.Output[str]:
    """Create an Ingress for one Receiver with its exact path; return the path, known once the Ingress exists.

    An Ingress can neither match a method nor set a header: what a controller has for that (HSTS, rate limits) goes into
    its annotations. The Kubernetes plugin is told not to wait: in a refresh it may print the path of an Ingress that it
    waits for, and the path is secret. Whether a controller serves the Ingress is for the program to find out.

    Source: Kubernetes `networking.k8s.io/v1` Ingress; Flux, "Setup Webhook Receivers"; pulumi-kubernetes
    `provider/pkg/await/ingress.go`, "No matching service found".
    """
    networking = kubernetes.networking.v1
    backend = networking.IngressServiceBackendArgs(
        name=WEBHOOK_RECEIVER, port=networking.ServiceBackendPortArgs(number=80)
    )
    exact = networking.HTTPIngressPathArgs(
        path=path, path_type="Exact", backend=networking.IngressBackendArgs(service=backend)
    )
    rule = networking.IngressRuleArgs(
        host=host, http=networking.HTTPIngressRuleValueArgs(paths=[exact])
    )
    tls_secret_name = args.get("tls_secret_name")
    tls = networking.IngressTLSArgs(hosts=[host], secret_name=tls_secret_name)
    created = networking.Ingress(
        place.logical_name("ingress"),
        metadata=metadata(place, {**args.get("annotations", {}), "pulumi.com/skipAwait": "true"}),
        spec=networking.IngressSpecArgs(
            ingress_class_name=args["class_name"],
            rules=[rule],
            tls=[tls] if tls_secret_name else None,
        ),
        opts=pulumi.ResourceOptions(parent=place.parent, hide_diffs=WRITTEN_BY_CLUSTER),
    )
    return known_after(created, path)
