"""How GitHub reaches a Receiver: through a Gateway, an Ingress controller, or a Service that serves all paths."""

from typing import NotRequired, TypedDict

import pulumi

from components.entry.http_route import GatewayArgs, http_route
from components.entry.ingress import IngressArgs, ingress
from components.objects.place import Place
from components.rules.choices import Scheme
from components.rules.github import base_url


class ExposureArgs(TypedDict):
    """The public address of Flux's webhook receiver, and what leads to it.

    With neither `gateway` nor `ingress` a Service serves all paths: the one of a `Cluster`, or one of your own.
    """

    host: pulumi.Input[str]
    """Public DNS name or address on which GitHub reaches the receiver."""
    scheme: NotRequired[Scheme]
    """Scheme of the receiver URL; defaults to https."""
    port: NotRequired[int]
    """Port of the receiver URL; defaults to the scheme's."""
    gateway: NotRequired[GatewayArgs]
    """The Gateway that serves the host: one HTTPRoute is created."""
    ingress: NotRequired[IngressArgs]
    """The Ingress controller that serves the host: one Ingress is created."""


def expose(place: Place, path: pulumi.Output[str], args: ExposureArgs) -> pulumi.Output[str]:
    """Create what leads to the Receiver's `path`; return the receiver URL, a secret, known once it is served."""
    if gateway := args.get("gateway"):
        path = http_route(place, args["host"], path, gateway)
    elif controller := args.get("ingress"):
        path = ingress(place, args["host"], path, controller)
    scheme, port = Scheme(args.get("scheme", Scheme.HTTPS)), args.get("port", 0)
    base = pulumi.Output.from_input(args["host"]).apply(
        lambda host: base_url(scheme.value, host, port)
    )
    return pulumi.Output.secret(pulumi.Output.concat(base, path))
