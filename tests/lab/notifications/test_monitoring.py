"""Monitoring by one `pulumi up`: the release, its values, and an AlertmanagerConfig that the real definition allows."""

import copy
from pathlib import Path
from typing import Any

import pytest
from lightkube import ApiError
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Namespace, Secret

from lab.world.kinds import AlertmanagerConfig, HelmRelease
from tests.deployment import deployed
from tests.lab.conftest import NAMESPACE
from tests.lab.delivery.helm import await_ready
from tests.lab.monitoring import Alertmanager, definitions
from tests.lab.secret_values import secret_value
from tests.world import World

CHART = "kube-prometheus-stack"


@pytest.mark.usefixtures("without_monitoring")
def test_one_up_installs_monitoring_and_destroy_leaves_what_helm_leaves(
    world: World, namespace: str, tmp_path: Path
) -> None:
    assert not definitions(world), "the first up has to bring the AlertmanagerConfig's kind"
    with deployed(world, "monitored", tmp_path) as stack:
        webhooks = {key: secret_value(key, world) for key in ("slackWebhook", "discordWebhook")}
        stack.config |= {"monitoring": {"namespace": namespace, "channel": "#on-call"}, **webhooks}
        before = world.objects("")
        stack.up()

        await_ready(world, HelmRelease, CHART)
        alertmanager: Any = world.cluster.get(
            Alertmanager, f"{CHART}-alertmanager", namespace=namespace
        )
        assert alertmanager.spec["alertmanagerConfigMatcherStrategy"] == {"type": "None"}
        config: Any = world.cluster.get(AlertmanagerConfig, "alertmanager", namespace=NAMESPACE)
        (slack,) = config.spec["receivers"][1]["slackConfigs"]
        assert slack["channel"] == "#on-call"
        secret = world.cluster.get(Secret, slack["apiURL"]["name"], namespace=NAMESPACE)
        assert slack["apiURL"]["key"] in (secret.data or {})
        # The definition that validated it is the operator's: it refuses what Alertmanager would not understand.
        broken = copy.deepcopy(config.spec)
        broken["receivers"][1]["slackConfigs"][0]["apiURL"] = webhooks["slackWebhook"]
        with pytest.raises(ApiError, match=r"spec\.receivers\[1\]\.slackConfigs\[0\]\.apiURL"):
            world.cluster.create(
                AlertmanagerConfig(metadata=ObjectMeta(name="x", namespace=NAMESPACE), spec=broken)
            )
        for webhook in webhooks.values():
            assert webhook not in stack.state()
        assert world.parameters("/monitored/monitoring") == {
            f"/monitored/monitoring/{chat}-webhook": webhooks[f"{chat}Webhook"]
            for chat in ("slack", "discord")
        }
        assert stack.output("parameters")["monitoring/discord"] == (
            "/monitored/monitoring/discord-webhook"
        )
        assert stack.up("--expect-no-changes").steps == {}

        stack.operate("destroy")
        assert world.objects("") == before
        assert not list(world.cluster.list(Alertmanager, namespace=namespace))
        assert not list(world.cluster.list(AlertmanagerConfig, namespace=NAMESPACE))
        assert world.parameters("/monitored") == {}
        assert len(definitions(world)) == 10
        assert list(world.cluster.list(Namespace, fields={"metadata.name": namespace}))
