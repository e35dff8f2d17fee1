"""Secrets that Pulumi writes into the cluster itself, and a stack that changes the way they take."""

import base64
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from lightkube.resources.core_v1 import Secret

from lab.world import push
from lab.world.kinds import ExternalSecret, GitRepository, Receiver
from tests.deployment import WATCH_LABEL, Deployment, Run, deployed
from tests.engine.canaries import body, forms
from tests.lab.conftest import EXAMPLE, NAMESPACE, Application, delivered
from tests.world import World

DIRECTLY = {"backend": "kubernetes"}
NO_AWS = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    **dict.fromkeys(("AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), ""),
}


def secrets(world: World, name: str) -> dict[str, Secret]:
    """The Secrets of an application, by their name."""
    found = world.cluster.list(Secret, namespace=NAMESPACE)
    named = {str(each.metadata.name): each for each in found if each.metadata}
    return {key: each for key, each in named.items() if key.startswith(f"{name}-")}


def decoded(secret: Secret) -> dict[str, str]:
    """What a Secret holds."""
    return {key: base64.b64decode(text).decode() for key, text in (secret.data or {}).items()}


def external(world: World, name: str) -> set[str]:
    """Names of the application's ExternalSecrets."""
    found = world.cluster.list(ExternalSecret, namespace=NAMESPACE)
    names = {str(each.metadata.name) for each in found if each.metadata}
    return {each for each in names if each.startswith(f"{name}-")}


def canaries(world: World, name: str) -> Iterator[str]:
    """What no file may hold of the application's Secrets."""
    for each in secrets(world, name).values():
        for key, value in decoded(each).items():
            if key not in ("identity.pub", "known_hosts"):
                yield body(value) if "PRIVATE KEY" in value else value
    yield world.status(Receiver, name)["webhookPath"].rpartition("/")[2]


def hunt(stack: Deployment, *runs: Run, known: Sequence[str] = ()) -> None:
    """No secret in clear in what Pulumi wrote; of what is gone by now, `known`."""
    planted = known or list(canaries(stack.world, stack.stack))
    assert len(planted) >= 4
    printed = [run.output + json.dumps(list(run.events)) for run in runs]
    for text in (stack.state(), *printed):
        for canary in planted:
            assert not any(form in text for form in forms(canary))


def test_an_application_is_delivered_without_aws(world: World, tmp_path: Path) -> None:
    name = "without-aws"
    world.make_namespace(name)
    with deployed(world, name, tmp_path, passphrase=True) as stack:
        stack.environment |= NO_AWS
        # In a refresh, the plugin prints the path of an Ingress that it waits for.
        del stack.config["gateway"]
        stack.config |= {
            "ingress": {"className": "lab"},
            "secrets": DIRECTLY,
            "registryToken": "first" + "-token",
        }
        stack.config["applications"] = [
            {
                "repository": name,
                "interval": "1h",
                "kustomization": {"path": "./kustomize/overlays/dev", "targetNamespace": name},
                "image": {"name": "ghcr.io/o/r", "private": True, "automation": False},
            }
        ]
        application = Application(world, stack)
        with push.connect(world.state) as github:
            files = push.example(EXAMPLE)
            push.commit(github, application.repository, "The application", files)
        first = stack.up("--diff", "--skip-preview=false")
        sha = application.push(4)
        application.await_applied(sha)
        assert application.replicas() == 4
        assert not {"Parameter", "ExternalSecret"} & {
            step.partition(" ")[0] for step in first.steps
        }
        published = json.loads(stack.pulumi("stack", "output", "--json").output)
        assert published["parameters"] == {}
        assert "secretStorePolicy" not in published
        made = secrets(world, name)
        assert set(made) == {f"{name}-{what}-secret" for what in ("git", "docker", "webhook-token")}
        for each in made.values():
            assert each.metadata
            assert each.metadata.labels == {**WATCH_LABEL, "fluxhook/generation": "1"}
        hunt(stack, first)

        stack.config["registryToken"] = "second" + "-token"
        changed = stack.up("--diff", "--skip-preview=false")
        assert {step.partition(" ")[0]: op for step, op in changed.steps.items()} == {
            "Secret": "update"
        }
        docker = secrets(world, name)[f"{name}-docker-secret"]
        before = made[f"{name}-docker-secret"]
        assert docker.metadata and before.metadata
        assert docker.metadata.uid == before.metadata.uid
        assert "second" + "-token" in decoded(docker)[".dockerconfigjson"]
        hunt(stack, changed)
        assert stack.up("--expect-no-changes").steps == {}

        # The Secret changes in place, so the Receiver may have the new path before it is updated itself.
        stack.config["tokenLength"] = 40
        rotated = stack.up()
        assert rotated.steps[f"Receiver developer-friendly/{name}/receiver"] == "update"
        assert stack.up("--expect-no-changes").steps == {}
        refreshed = stack.operate("refresh", "--expect-no-changes")
        assert refreshed.steps == {}
        hunt(stack, rotated, refreshed)
        # Beside a new generation, a former one keeps its token.
        stack.config |= {
            "generations": {"registryToken": [1, 2]},
            "registryToken": "third" + "-token",
        }
        assert list(stack.up().steps.values()) == ["create"]
        made = secrets(world, name)
        assert "second" + "-token" in decoded(made[f"{name}-docker-secret"])[".dockerconfigjson"]
        assert "third" + "-token" in decoded(made[f"{name}-docker-secret-g2"])[".dockerconfigjson"]
        known = list(canaries(world, name))
        shows = ("--diff", "--debug", "--skip-preview=false")
        last = [stack.up("--refresh", "--expect-no-changes", *shows)]
        last.append(stack.operate("destroy", *shows))
        hunt(stack, *last, known=known)
        assert secrets(world, name) == {}


def test_a_stack_changes_its_backend_and_back_without_a_gap(world: World) -> None:
    with delivered(world, "backends") as application:
        stack, name = application.stack, application.name
        key = decoded(secrets(world, name)[f"{name}-git"])
        for number, backend in enumerate(("kubernetes", "external-secrets"), 3):
            stack.config["secrets"] = {"backend": backend}
            stack.up()
            suffix = "-secret" if backend == "kubernetes" else ""
            assert stack.up("--expect-no-changes").steps == {}
            spec = world.cluster.get(GitRepository, name, namespace=NAMESPACE)["spec"]
            assert spec["secretRef"] == {"name": f"{name}-git{suffix}"}
            assert set(secrets(world, name)) >= {f"{name}-git{suffix}"}
            assert decoded(secrets(world, name)[f"{name}-git{suffix}"]) == key, "the same key"
            application.await_applied(application.push(number))
            assert application.replicas() == number
            through_aws = backend == "external-secrets"
            assert bool(external(world, name)) == bool(world.parameters(f"/{name}")) == through_aws
