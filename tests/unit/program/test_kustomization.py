"""What a Kustomization may say reaches its object, as Flux's own CRD has it."""

from typing import Any

import pytest

from tests.unit.conftest import Engine, revealed
from tests.unit.examples import app, faults

EVERYTHING: dict[str, Any] = {
    "path": "./deploy",
    "interval": "1h",
    "timeout": "3m",
    "healthChecks": [
        {"apiVersion": "apps/v1", "kind": "Deployment", "name": "a", "namespace": "b"}
    ],
    "components": ["../components/debug"],
    "patches": [{"patch": "- op: test\n", "target": {"kind": "Deployment"}}],
    "images": [{"name": "a", "newName": "b", "newTag": "1"}, {"name": "c", "digest": "sha256:0"}],
    "postBuild": {
        "substitute": {"cluster": "production"},
        "substituteFrom": [
            {"kind": "ConfigMap", "name": "settings"},
            {"kind": "Secret", "name": "secrets", "optional": True},
        ],
    },
    "decryption": {"secretName": "sops-age", "serviceAccountName": "kms"},
    "deletionPolicy": "Orphan",
    "serviceAccountName": "tenant",
    "kubeConfig": {"secretName": "remote", "key": "config"},
    "suspend": True,
    "spec": {"commonMetadata": {"labels": {"team": "shop"}}, "namePrefix": "a-"},
}
OTHER_NAMES: dict[str, Any] = {
    "decryption": {
        "provider": "sops",
        "secretRef": {"name": "sops-age"},
        "serviceAccountName": "kms",
    },
    "kubeConfig": {"secretRef": {"name": "remote", "key": "config"}},
}
"""Where the object says it in other words."""
ALWAYS = {
    "sourceRef": {"kind": "GitRepository", "name": "echo-server"},
    "retryInterval": "1m",
    "prune": True,
    "force": False,
    "wait": False,
}


def spec(engine: Engine, **kustomization: object) -> Any:
    engine.up(applications=[app(kustomization=kustomization)])
    return revealed(engine.one("Kustomization").inputs["spec"])


def test_everything_of_a_kustomization_reaches_its_object(engine: Engine) -> None:
    typed = {key: each for key, each in EVERYTHING.items() if key != "spec"}
    found = spec(engine, **EVERYTHING)
    assert found == {**typed, **OTHER_NAMES, **ALWAYS, **EVERYTHING["spec"]}


def test_what_is_not_said_is_not_written(engine: Engine) -> None:
    assert spec(engine) == {**ALWAYS, "path": "./", "interval": "5m"}


def test_manifests_can_be_decrypted_with_the_keys_of_a_cloud_alone(engine: Engine) -> None:
    assert spec(engine, decryption={})["decryption"] == {"provider": "sops"}


@pytest.mark.parametrize(
    ("kustomization", "fault"),
    [
        (
            {"wait": True, "healthChecks": EVERYTHING["healthChecks"]},
            "healthChecks: are ignored while wait is true; remove one of them",
        ),
        ({"deletionPolicy": "orphan"}, "deletionPolicy: is not known; did you mean `Orphan`?"),
        (
            {"postBuild": {"substitute": {"a": 1}}},
            "postBuild.substitute.a: must be text; put it in",
        ),
        ({"kubeConfig": {}}, "kubeConfig.secretName: is missing"),
        ({"decryption": {"secretName": "A_b"}}, "decryption.secretName: is not a name of a Kub"),
        ({"spec": {"path": "./a"}}, "spec.path: has a key of its own; write kustomization.path"),
        ({"spec": {"sourceRef": {}}}, "spec.sourceRef: is made; remove it"),
        ({"timeout": "3"}, "timeout: is not a duration"),
    ],
)
def test_a_kustomization_that_cannot_work_is_refused(
    kustomization: dict[str, object], fault: str
) -> None:
    (found,) = faults(applications=[app(kustomization=kustomization)])
    assert found.startswith(f"fluxhook:applications[0].kustomization.{fault}")
