"""Fields of Flux's objects that the stack file passes on: whether the cluster's own CRDs take them."""

import re
from collections.abc import Iterator

from components.rules import flux
from components.rules.kubernetes import merged
from preflight.findings import Finding, Level
from preflight.kubernetes import SUBJECT, Kubernetes, Object
from settings.models.settings import Settings

SMALLEST: dict[str, Object] = {
    "Kustomization": {
        "interval": "1h",
        "prune": False,
        "sourceRef": {"kind": "GitRepository", "name": "any"},
    },
    "HelmRelease": {"interval": "1h", "chartRef": {"kind": "OCIRepository", "name": "any"}},
}
"""The smallest spec that the CRD takes."""
BEFORE = re.compile(r" is invalid: |strict decoding error: ")
"""What stands before the reason in a message."""
VERSIONS = {"Kustomization": flux.KUSTOMIZE, "HelmRelease": flux.HELM}


def passed_on(kubernetes: Kubernetes, settings: Settings) -> Iterator[Finding]:
    """Ask the API server, which writes nothing, whether it would take each `spec`."""
    for entry in settings.entries:
        for path, each in entry.deliveries:
            if not each.applied_by.spec:
                continue
            item = {
                "metadata": {"generateName": "fluxhook-check-"},
                "spec": merged(SMALLEST[each.kind], each.applied_by.spec),
            }
            where = VERSIONS[each.kind], each.kind, settings.stack.namespace
            status, message = kubernetes.would_create(*where, item)
            subject = f"{path}.{each.key}.spec"
            if status in (400, 422):
                why = BEFORE.split(message, maxsplit=1)[-1]
                yield Finding(SUBJECT, f"refuses {subject}: {why}", "correct it")
            elif status == 403:
                problem = f"{subject} was not checked: the user of the kubeconfig may create no {each.kind}"
                yield Finding(SUBJECT, problem, level=Level.NOTE)
