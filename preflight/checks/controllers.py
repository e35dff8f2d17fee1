"""Who does the work in the cluster: the Deployments of Flux and External Secrets, and the secret store."""

from collections.abc import Iterator
from typing import Any

from components.rules.kubernetes import EXTERNAL_SECRETS
from preflight.checks.cluster import INSTALL, INSTALL_FLUX
from preflight.findings import Finding, Level, those_that_exist
from preflight.kubernetes import SUBJECT, Kubernetes, Object, condition, said
from settings.models.settings import Settings

OF_FLUX = "app.kubernetes.io/part-of=flux"
OF_EXTERNAL_SECRETS = "app.kubernetes.io/name=external-secrets"
APPS = "apps/v1"


def flux_controllers(kubernetes: Kubernetes, settings: Settings) -> Iterator[Finding]:
    """Look whether each controller that the stack needs has a pod that is ready."""
    stack = settings.stack
    if stack.flux_instance:
        return
    items = kubernetes.whole_list(APPS, "Deployment", stack.namespace)
    found = {each["metadata"]["name"]: each for each in items}
    of_flux = [each for each in items if _is_of_flux(each)]
    if not of_flux:
        problem = f"has no Deployment of Flux in {stack.namespace}, so whether its controllers run was not checked"
        yield Finding(SUBJECT, problem, level=Level.NOTE)
        return
    for name in sorted(_needed(settings)):
        if name not in found:
            problem = f"has no Deployment {name} in {stack.namespace}"
            fix = INSTALL["image.toolkit.fluxcd.io"] if name.startswith("image") else INSTALL_FLUX
            yield Finding(SUBJECT, problem, fix, Level.UPDATE)
        elif down := _down(found[name]):
            yield down


def _is_of_flux(deployment: Object) -> bool:
    key, _, value = OF_FLUX.partition("=")
    return bool((deployment["metadata"].get("labels") or {}).get(key) == value)


def _needed(settings: Settings) -> set[str]:
    needed = {"source-controller", "notification-controller"}
    for app in settings.applications:
        for each in app.delivered:
            needed.add("helm-controller" if each.helm_release else "kustomize-controller")
        if app.automated:
            needed |= {"image-reflector-controller", "image-automation-controller"}
    return needed


def external_secrets(kubernetes: Kubernetes) -> Iterator[Finding]:
    """Look whether External Secrets runs, in whatever namespace."""
    found = kubernetes.get(f"/apis/{APPS}/deployments", labelSelector=OF_EXTERNAL_SECRETS)
    for each in found["items"] if found else ():
        if down := _down(each):
            yield down


def _down(deployment: Object) -> Finding | None:
    name, namespace = deployment["metadata"]["name"], deployment["metadata"]["namespace"]
    wanted = deployment["spec"].get("replicas", 1)
    if (deployment.get("status") or {}).get("availableReplicas"):
        return None
    fix = f"run `kubectl -n {namespace} describe deployment {name}`"
    if wanted == 0:
        problem = f"Deployment {namespace}/{name} is scaled to 0"
        fix = f"run `kubectl -n {namespace} scale deployment {name} --replicas=1`"
    else:
        why = said(condition(deployment, "Available"))
        problem = f"Deployment {namespace}/{name} has 0 of {wanted} replicas available ({why})"
    return Finding(SUBJECT, problem, fix, Level.UPDATE)


def store(kubernetes: Kubernetes, settings: Settings, region: str | None) -> Iterator[Finding]:
    """Look whether the secret store is there, is Ready, and reads where the provider writes."""
    stack = settings.stack
    if made := stack.secrets.store:
        yield from _region(stack.secret_store, made.region, region)
        return
    if not kubernetes.serves(EXTERNAL_SECRETS, "ClusterSecretStore"):
        # That External Secrets is not installed is told already.
        return
    name = stack.secret_store
    found = kubernetes.whole(EXTERNAL_SECRETS, "ClusterSecretStore", "", name)
    subject = f"ClusterSecretStore {name}"
    if found is None:
        items = kubernetes.whole_list(EXTERNAL_SECRETS, "ClusterSecretStore", "")
        names = [each["metadata"]["name"] for each in items]
        problem = f"does not exist; {those_that_exist(names, name)}"
        fix = "write one of them in `secretStore`, or have it made by `secrets.store`"
        yield Finding(subject, problem, fix)
        return
    ready = condition(found, "Ready")
    if ready and ready["status"] != "True":
        fix = f"run `kubectl describe clustersecretstore {name}`"
        yield Finding(subject, f"is not Ready ({said(ready)})", fix, Level.UPDATE)
    aws: dict[str, Any] = found["spec"]["provider"].get("aws") or {}
    if not aws:
        fix = "write the name of another in `secretStore`"
        yield Finding(subject, "is not one of AWS", fix)
    elif aws.get("service") != "ParameterStore":
        problem = f"reads {aws.get('service')}, and the secrets are in ParameterStore"
        yield Finding(subject, problem, "write the name of another in `secretStore`")
    else:
        yield from _region(name, aws.get("region"), region)


def _region(name: str, reads: str | None, writes: str | None) -> Iterator[Finding]:
    if reads and writes and reads != writes:
        problem = f"reads parameters in {reads}, and this stack writes them in {writes}"
        fix = f"run `pulumi config set aws:region {reads}`, or correct the store"
        yield Finding(f"ClusterSecretStore {name}", problem, fix)
