"""The lab's kube-prometheus-stack: the real operator's definitions, and values that arrive."""

from collections.abc import Iterator
from typing import Any

import pytest
from lightkube import ApiError
from lightkube.generic_resource import GenericNamespacedResource
from lightkube.models.meta_v1 import ObjectMeta

from lab.world.certificates import CHARTS
from lab.world.kinds import AlertmanagerConfig, HelmRelease, HelmRepository
from tests.lab.delivery.helm import await_ready, flux_object, release
from tests.lab.monitoring import Alertmanager, definitions, remove_leftovers
from tests.world import World


@pytest.fixture(scope="module")
def monitoring(world: World) -> Iterator[str]:
    """The namespace of an installed kube-prometheus-stack; the definitions leave after it."""
    name, namespace = "kube-prometheus-stack", "monitored-by-chart"
    spec = release("HelmRepository", name, name, namespace, version="58.x")
    spec["install"]["crds"] = "Create"
    strategy = {"alertmanagerConfigMatcherStrategy": {"type": "None"}}
    spec["values"] = {"alertmanager": {"alertmanagerSpec": strategy}}
    url = f"https://{CHARTS}/helm-charts"
    with (
        flux_object(world, HelmRepository, name, {"url": url, "interval": "1h"}),
        flux_object(world, HelmRelease, name, spec),
    ):
        await_ready(world, HelmRelease, name)
        yield namespace
    remove_leftovers(world, namespace)


def alertmanager_config(namespace: str, slack: object) -> GenericNamespacedResource:
    webhook = {"name": "alertmanager-webhooks", "key": "discord", "optional": False}
    info = {"name": "severity", "matchType": "=~", "value": "info|warning"}
    return AlertmanagerConfig(
        metadata=ObjectMeta(name="alerts", namespace=namespace),
        spec={
            "route": {
                "receiver": "slack",
                "groupWait": "1m",
                "routes": [{"receiver": "discord", "matchers": [info]}],
            },
            "receivers": [
                {"name": "slack", "slackConfigs": slack},
                {"name": "discord", "discordConfigs": [{"apiURL": webhook, "message": "Info"}]},
            ],
        },
    )


def test_the_monitoring_chart_brings_the_operators_definitions_and_gets_its_values(
    world: World, monitoring: str
) -> None:
    name = "kube-prometheus-stack-alertmanager"
    assert len(definitions(world)) == 10
    found: Any = world.cluster.get(Alertmanager, name, namespace=monitoring)
    assert found.spec["alertmanagerConfigMatcherStrategy"] == {"type": "None"}
    # What the definition adds, so it is the operator's.
    assert found.spec["retention"] == "120h"


def test_with_the_monitoring_chart_the_cluster_takes_only_valid_alertmanager_configs(
    world: World, monitoring: str
) -> None:
    webhook = {"name": "alertmanager-webhooks", "key": "slack"}
    slack = [{"channel": "#alerts", "apiURL": webhook, "sendResolved": True}]
    with pytest.raises(ApiError, match=r"spec\.receivers\[0\]\.slackConfigs"):
        world.cluster.create(alertmanager_config(monitoring, "#alerts"))
    world.cluster.create(alertmanager_config(monitoring, slack))
    assert world.cluster.get(AlertmanagerConfig, "alerts", namespace=monitoring)
