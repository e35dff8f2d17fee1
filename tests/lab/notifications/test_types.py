"""Every type of notification that Flux knows, and no other."""

import secrets
from pathlib import Path

from lightkube.resources.apiextensions_v1 import CustomResourceDefinition

from lab.world.kinds import Alert, Provider
from tests.deployment import NOTIFIED, WITH_CHANNEL, WITH_TOKEN, deployed
from tests.lab.conftest import NAMESPACE
from tests.world import World


def test_every_type_that_the_cluster_takes_is_taken_and_no_other(world: World) -> None:
    name = "providers.notification.toolkit.fluxcd.io"
    definition = world.cluster.get(CustomResourceDefinition, name).to_dict()
    (served,) = [each for each in definition["spec"]["versions"] if each["name"] == "v1beta3"]
    spec = served["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
    assert sorted(NOTIFIED) == sorted(spec["type"]["enum"])


def test_one_up_makes_a_provider_of_every_type(world: World, tmp_path: Path) -> None:
    with deployed(world, "every-type", tmp_path) as stack:
        stack.config |= {
            "notifications": [
                {
                    "name": f"to-{each}",
                    "type": each,
                    "severities": ["error"],
                    **({} if each == "telegram" else {"address": f"https://{each}.example.com"}),
                    **({"channel": "one/two"} if each in WITH_CHANNEL else {}),
                }
                for each in NOTIFIED
            ],
            "notificationSecrets": {
                f"to-{each}": {keys[0]: secrets.token_hex()} for each, keys in WITH_TOKEN.items()
            },
        }
        stack.up()
        made = [each.spec for each in world.cluster.list(Provider, namespace=NAMESPACE)]
        types = [each["type"] for each in made if each]
        assert sorted(set(NOTIFIED) - set(types)) == []
        alerts = [each.metadata for each in world.cluster.list(Alert, namespace=NAMESPACE)]
        names = {each.name for each in alerts if each}
        assert {f"to-{each}-error" for each in NOTIFIED} <= names
        assert stack.up("--expect-no-changes").steps == {}
