"""What `flux bootstrap` left is refused, then handed over as docs/cluster-sync.md says, and nothing is lost."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from lightkube.codecs import from_dict
from lightkube.core.exceptions import ApiError
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap, Secret
from lightkube.types import PatchType

from components.rules.kubernetes import STACK_ANNOTATION
from lab.world import push
from lab.world.kinds import GitRepository, Kustomization
from tests.deployment import ROOT, Deployment, deployed
from tests.world import World, eventually

FLUX, REPOSITORY = "flux-system", "handover"
FULL_NAME = push.full_name(REPOSITORY)
CLUSTER = "clusters/production"
KEPT = "kustomize.toolkit.fluxcd.io/prune"
OWNER = "kustomize.toolkit.fluxcd.io/name"
KINDS = (GitRepository, Kustomization)


def sync(**annotations: str) -> list[dict[str, Any]]:
    """The objects in gotk-sync.yaml, but for the interval: nobody tells Flux of a commit yet.

    Source: flux2 `pkg/manifestgen/sync/sync.go`.
    """
    metadata = {"name": FLUX, "namespace": FLUX, "annotations": annotations}
    return [
        {
            "apiVersion": "source.toolkit.fluxcd.io/v1",
            "kind": "GitRepository",
            "metadata": metadata,
            "spec": {
                "interval": "1s",
                "ref": {"branch": "main"},
                "secretRef": {"name": FLUX},
                "url": f"ssh://git@github.com/{FULL_NAME}",
            },
        },
        {
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
            "kind": "Kustomization",
            "metadata": metadata,
            "spec": {
                "interval": "10m0s",
                "path": f"./{CLUSTER}",
                "prune": True,
                "sourceRef": {"kind": "GitRepository", "name": FLUX},
            },
        },
    ]


def config_map(name: str, value: str = "one") -> str:
    metadata = {"name": name, "namespace": "default"}
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
    return yaml.safe_dump({**manifest, "data": {"key": value}})


def commit(world: World, files: Mapping[str, str | None]) -> str:
    """Commit to the cluster's directory; None deletes a file."""
    with push.connect(world.state) as github:
        found = {f"{CLUSTER}/{path}": text for path, text in files.items()}
        return push.commit(github, FULL_NAME, "Change the cluster", found)  # type: ignore[arg-type]


def objects(world: World) -> list[Any]:
    return [world.cluster.get(kind, FLUX, namespace=FLUX) for kind in KINDS]


def await_applied(world: World, sha: str) -> None:
    def check() -> None:
        assert sha in world.status(Kustomization, FLUX).get("lastAppliedRevision", "")

    eventually(check)


@pytest.fixture
def bootstrapped(world: World) -> None:
    """A cluster as `flux bootstrap github` leaves it; a ConfigMap stands for gotk-components.yaml."""
    world.make_repository(REPOSITORY)
    key = Ed25519PrivateKey.generate()
    encoding, openssh = serialization.Encoding, serialization.PrivateFormat.OpenSSH
    private = key.private_bytes(encoding.PEM, openssh, serialization.NoEncryption())
    public = key.public_key().public_bytes(encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    title = f"{FLUX}-main-{FLUX}-./{CLUSTER}"
    body = {"title": title, "key": public.decode(), "read_only": True}
    world.github.post(f"/repos/{FULL_NAME}/keys", json=body).raise_for_status()
    hosts = world.github.get("/meta").json()["ssh_keys"]
    identity = {
        "identity": private.decode(),
        "known_hosts": "".join(f"github.com {each}\n" for each in hosts),
    }
    world.cluster.create(
        Secret(metadata=ObjectMeta(name=FLUX, namespace=FLUX), stringData=identity)
    )
    resources = {"resources": ["gotk-components.yaml", "gotk-sync.yaml"]}
    sha = commit(
        world,
        {
            f"{FLUX}/gotk-components.yaml": config_map("components"),
            f"{FLUX}/gotk-sync.yaml": yaml.safe_dump_all(sync()),
            f"{FLUX}/kustomization.yaml": yaml.safe_dump(resources),
            "tenant.yaml": config_map("tenant"),
        },
    )
    for manifest in sync():
        world.cluster.apply(from_dict(manifest), field_manager="flux")
    await_applied(world, sha)


def annotation() -> dict[str, str]:
    """The annotation that the page has a reader set, for the organisation of a backend of files."""
    page = (ROOT / "docs/cluster-sync.md").read_text()
    name, value = re.findall(r"(fluxhook/stack)=(\S+)", page)[0]
    return {name: value.replace("ORGANISATION", "organization")}


def uids(world: World) -> list[str]:
    config_maps = [
        world.cluster.get(ConfigMap, name, namespace="default") for name in ("components", "tenant")
    ]
    return [str(each.metadata.uid) for each in [*objects(world), *config_maps] if each.metadata]


def refused(stack: Deployment, *verbs: str, owner: str = f"{OWNER}: {FLUX}") -> None:
    """Commands refuse, with owner and way out, and nothing is written."""
    for verb in verbs:
        run = stack.operate(verb, check=False)
        assert run.exit_code != 0
        assert "Traceback" not in run.output
        for kind in ("GitRepository", "Kustomization"):
            assert f"{kind} {FLUX}/{FLUX} ({owner})" in run.output
        assert "docs/cluster-sync.md" in run.output
    assert stack.world.parameters(f"/{stack.stack}") == {}
    assert len(stack.world.get(f"/repos/{FULL_NAME}/keys")) == 1
    assert stack.world.get(f"/repos/{FULL_NAME}/hooks") == []


@pytest.mark.usefixtures("bootstrapped")
def test_what_bootstrap_left_is_handed_over_without_a_loss(world: World, tmp_path: Path) -> None:
    with deployed(world, "production", tmp_path) as stack:
        del stack.config["applications"]
        stack.config["clusterSync"] = {"repository": REPOSITORY, "path": f"./{CLUSTER}"}
        before = uids(world)
        refused(stack, "preview", "up")

        # The steps of the page.
        kept = yaml.safe_dump_all(sync(**{KEPT: "disabled"}))
        await_applied(world, commit(world, {f"{FLUX}/gotk-sync.yaml": kept}))
        assert {each.metadata.annotations[KEPT] for each in objects(world)} == {"disabled"}
        resources = yaml.safe_dump({"resources": ["gotk-components.yaml"]})
        gone = {f"{FLUX}/gotk-sync.yaml": None, f"{FLUX}/kustomization.yaml": resources}
        await_applied(world, commit(world, gone))
        refused(stack, "preview")
        labels = dict.fromkeys((OWNER, "kustomize.toolkit.fluxcd.io/namespace"))
        for kind in KINDS:
            patch = {"metadata": {"labels": labels}}
            world.cluster.patch(kind, FLUX, patch, namespace=FLUX, patch_type=PatchType.MERGE)
        refused(stack, "preview", owner="its owner is unknown")
        for kind in KINDS:
            given = {"metadata": {"annotations": annotation()}}
            world.cluster.patch(kind, FLUX, given, namespace=FLUX, patch_type=PatchType.MERGE)
        assert set(stack.up().steps.values()) == {"create"}
        assert stack.up("--expect-no-changes").steps == {}
        world.cluster.delete(Secret, FLUX, namespace=FLUX)
        assert uids(world) == before, "the same objects as ever"
        source, _ = objects(world)
        assert source["spec"]["secretRef"]["name"] == f"{FLUX}-git"
        await_applied(world, commit(world, {"tenant.yaml": config_map("tenant", "two")}))
        assert world.cluster.get(ConfigMap, "tenant", namespace="default").data == {"key": "two"}
        assert uids(world) == before
    with pytest.raises(ApiError, match="not found"):
        uids(world)


def test_an_object_that_nobody_manages_is_taken_over_once_it_is_given_to_the_stack(
    world: World, tmp_path: Path
) -> None:
    with deployed(world, "unmanaged", tmp_path) as stack:
        spec = {"url": "https://github.com/o/r", "interval": "1h"}
        metadata = ObjectMeta(name="unmanaged", namespace=FLUX)
        made = world.cluster.create(GitRepository(metadata=metadata, spec=spec))
        run = stack.operate("up", check=False)
        assert run.exit_code != 0
        assert f"GitRepository {FLUX}/unmanaged (its owner is unknown)" in run.output
        given = f"{STACK_ANNOTATION}=organization/fluxhook/unmanaged"
        assert given in run.output
        patch = {"metadata": {"annotations": dict([given.split("=")])}}
        world.cluster.patch(
            GitRepository, "unmanaged", patch, namespace=FLUX, patch_type=PatchType.MERGE
        )
        stack.up()
        found = world.cluster.get(GitRepository, "unmanaged", namespace=FLUX)
        assert found["spec"]["url"] != spec["url"]
        assert found.metadata
        assert made.metadata
        assert found.metadata.uid == made.metadata.uid
