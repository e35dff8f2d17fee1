"""A cluster that has flux-operator and External Secrets, and all else from the stack."""

from pathlib import Path

import pytest
from lightkube.core.exceptions import ApiError

from lab.world.kinds import ClusterSecretStore, ExternalSecret, FluxInstance
from tests.deployment import deployed
from tests.lab.cluster.flux_operator import FluxOperator
from tests.world import World

NAME = "bare-cluster"


def ready(conditions: list[dict[str, str]]) -> str:
    return next(each["status"] for each in conditions if each["type"] == "Ready")


def test_flux_and_the_secret_store_come_first_and_go_last(
    world: World, flux_operator: FluxOperator, tmp_path: Path
) -> None:
    flux_operator.prefix = NAME
    with deployed(world, NAME, tmp_path) as stack:
        stack.config |= {
            "fluxInstance": {"version": "2.9.x"},
            "secretStore": NAME,
            "secrets": {"store": {"region": world.environment["AWS_REGION"]}},
        }
        stack.up()
        instance = world.cluster.get(FluxInstance, "flux", namespace="flux-system")
        assert ready(instance["status"]["conditions"]) == "True"
        assert instance["spec"]["distribution"]["version"] == "2.9.x"
        store = world.cluster.get(ClusterSecretStore, NAME)
        assert ready(store["status"]["conditions"]) == "True"
        secrets = [
            each
            for each in world.cluster.list(ExternalSecret, namespace="flux-system")
            if each.metadata and str(each.metadata.name).startswith(NAME)
        ]
        assert {each["spec"]["secretStoreRef"]["name"] for each in secrets} == {NAME}
        assert {ready(each["status"]["conditions"]) for each in secrets} == {"True"}
        assert flux_operator.when_ready == [], "Flux's objects come after Flux"
        assert stack.up("--expect-no-changes").steps == {}

        stack.config["fluxInstance"] = {"version": "2.x"}
        assert stack.up().steps == {"FluxInstance cluster/flux-instance": "update"}

        events = stack.operate("destroy").events
        deleted = [
            str(step["type"]).rpartition(":")[2]
            for each in events
            if isinstance(step := each.get("resourcePreEvent", {}).get("metadata"), dict)
            and step["op"] == "delete"
        ]
        assert deleted.index("GitRepository") < deleted.index("FluxInstance")
        assert deleted.index("ExternalSecret") < deleted.index("ClusterSecretStore")
        assert flux_operator.when_deleted == [], "and go before it"
        assert not list(world.cluster.list(FluxInstance, namespace="flux-system"))
        with pytest.raises(ApiError, match="not found"):
            world.cluster.get(ClusterSecretStore, NAME)
