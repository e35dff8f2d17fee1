"""The cluster: that it answers, serves the kinds of objects that an `up` makes, and has Flux's namespace."""

from collections import defaultdict
from collections.abc import Iterator

from components.rules import flux
from components.rules.choices import SecretBackend
from components.rules.kubernetes import EXTERNAL_SECRETS
from preflight.findings import Finding, Level, those_that_exist
from preflight.kubernetes import SUBJECT, Kubernetes
from recovery.ownership import objects_to_make
from settings.models.settings import Settings

FLUX = ".toolkit.fluxcd.io"
INSTALL_FLUX = "run `flux install`"
EXTRA = "--components-extra=image-reflector-controller,image-automation-controller"
INSTALL = {
    "image.toolkit.fluxcd.io": f"{INSTALL_FLUX} {EXTRA}",
    "external-secrets.io": "install the chart https://charts.external-secrets.io external-secrets",
    "gateway.networking.k8s.io": "install a Gateway controller with the CRDs of the Gateway API ≥ 1.0",
    "fluxcd.controlplane.io": "install the chart oci://ghcr.io/controlplaneio-fluxcd/charts/flux-operator",
}
"""What brings the kinds of an API group."""


def reachable(kubernetes: Kubernetes) -> Iterator[Finding]:
    """Look at the kubeconfig and ask the API server for anything."""
    if unusable := kubernetes.unusable():
        yield unusable
        return
    kubernetes.get("/version")
    # Everybody may ask for the version.
    kubernetes.get("/apis")


def kinds(kubernetes: Kubernetes, settings: Settings) -> Iterator[Finding]:
    """Look whether the cluster serves every kind of object that is made, in the version that is made."""
    missing: defaultdict[str, set[str]] = defaultdict(set)
    for version, kind in sorted(_needed(settings)):
        if "/" in version and not kubernetes.serves(version, kind):
            missing[version].add(kind)
    for version, names in missing.items():
        group, _, number = version.partition("/")
        problem = f"does not serve {', '.join(sorted(names))} of {version}"
        served = kubernetes.versions(group)
        if served and number not in served:
            problem += f"; of that group it serves {', '.join(served)}"
        fix = INSTALL.get(group, INSTALL_FLUX if group.endswith(FLUX) else "install its CRDs")
        yield Finding(SUBJECT, problem, f"{fix}, at least of the version that README names")


def _needed(settings: Settings) -> set[tuple[str, str]]:
    stack = settings.stack
    needed = {(version, kind) for (version, kind, _), _ in objects_to_make(settings)}
    if stack.secrets.backend is SecretBackend.EXTERNAL_SECRETS:
        needed.add((EXTERNAL_SECRETS, "ClusterSecretStore"))
    if stack.flux_instance:
        # It brings the other kinds itself.
        needed = {each for each in needed if FLUX not in each[0]} | {
            (flux.OPERATOR, "FluxInstance")
        }
    return needed


def namespace(kubernetes: Kubernetes, settings: Settings) -> Iterator[Finding]:
    """Look for the namespace of Flux."""
    name = settings.stack.namespace
    if settings.stack.flux_instance or kubernetes.whole("v1", "Namespace", "", name):
        return
    names = [each["metadata"]["name"] for each in kubernetes.whole_list("v1", "Namespace", "")]
    problem = f"has no namespace {name}; {those_that_exist(names, name)}"
    fix = f"{INSTALL_FLUX} -n {name}, or write the one of Flux in `namespace`"
    yield Finding(SUBJECT, problem, fix, Level.FAULT)
