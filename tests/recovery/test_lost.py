"""A state that is older than what there is, and a cluster that is gone for good."""

import json
from typing import Any

import yaml
from lightkube import KubeConfig

from tests.recovery.conftest import Troubled
from tests.world import KINDS

OWNER = "developer-friendly"


def test_a_restored_state_converges_and_then_a_stack_outlives_its_cluster(
    troubled: Troubled,
) -> None:
    stack, world, name = troubled.stack, troubled.stack.world, troubled.name
    stack.up()
    backup = stack.directory / "backup.json"
    backup.write_text(stack.pulumi("stack", "export").output)
    (key,) = stack.output("deployKeys").values()

    # Since then a key was replaced, and an entry was added.
    since = f"{name}-since"
    world.make_repository(since)
    stack.config["applications"] = [{"repository": name}, {"repository": since}]
    stack.up("--replace", seed(stack.pulumi("stack", "export").output))
    (newer,) = troubled.on_github("keys")
    assert newer["key"] != public(key)

    stack.pulumi("stack", "import", "--file", str(backup))
    stack.up("--refresh")
    assert stack.up("--refresh", "--expect-no-changes").steps == {}
    known: dict[str, Any] = stack.output("deployKeys")
    assert public(known[f"{OWNER}/{name}"]) == public(key), "the backup's key is on GitHub again"
    for repository in (name, since):
        keys = world.get(f"/repos/{OWNER}/{repository}/keys")
        entry = known[f"{OWNER}/{repository}"]
        (ours,) = [each for each in keys if each["key"] == public(entry)]
        # As docs/troubleshooting.md says: what the outputs do not name is deleted by hand.
        others = [each["id"] for each in keys if each["id"] != ours["id"]]
        assert len(others) == 1
        assert entry["id"].endswith(f":{ours['id']}")

    # A cluster that does not answer stops a destroy, unless it will never answer.
    config = yaml.safe_load((stack.directory / "kubeconfig").read_text())
    config["clusters"][0]["cluster"]["server"] = "http://127.0.0.1:1"
    file = stack.directory / "gone"
    file.write_text(yaml.safe_dump(config))
    assert KubeConfig.from_file(file)
    stack.environment["KUBECONFIG"] = str(file)
    refused = stack.operate("destroy", check=False)
    assert refused.exit_code != 0
    assert "the cluster cannot be asked which objects exist (ConnectError)" in refused.output
    assert world.parameters(f"/{name}")
    stack.environment["PULUMI_K8S_DELETE_UNREACHABLE"] = "true"
    stack.operate("destroy")
    assert world.parameters(f"/{name}") == {}
    for repository, hooks in ((name, 0), (since, 1)):
        keys = world.get(f"/repos/{OWNER}/{repository}/keys")
        assert len(keys) == 1, "the one that was left by the backup"
        assert len(world.get(f"/repos/{OWNER}/{repository}/hooks")) == hooks
    assert not json.loads(stack.state())["checkpoint"]["latest"].get("resources")
    remove(troubled)


def public(key: Any) -> str:
    """A public key as GitHub returns it."""
    return " ".join(str(key["publicKey"]).split()[:2])


def seed(exported: str) -> str:
    """The URN of the only deploy key's seed."""
    resources = json.loads(exported)["deployment"]["resources"]
    (urn,) = [each["urn"] for each in resources if each["urn"].endswith("/deploy-key-seed")]
    return str(urn)


def remove(troubled: Troubled) -> None:
    """Delete what the cluster still has."""
    cluster = troubled.stack.world.cluster
    for kind in KINDS:
        for each in cluster.list(kind, namespace="flux-system"):
            if each.metadata and str(each.metadata.name).startswith(troubled.name):
                cluster.delete(kind, str(each.metadata.name), namespace="flux-system")
