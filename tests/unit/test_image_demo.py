import pytest
from lightkube.resources.apps_v1 import Deployment

from fluxhook.demo.image import next_tag, rolled_out_tag

WHOLE = {"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "availableReplicas": 3}


@pytest.mark.parametrize(
    ("tags", "following"),
    [([], "1"), (["latest", "v99"], "1"), (["9", "10", "latest"], "11"), (["2", "30"], "31")],
)
def test_the_next_tag_follows_the_highest_number(tags: list[str], following: str) -> None:
    assert next_tag(tags) == following


def deployment(**status: int) -> Deployment:
    containers = [{"name": "side", "image": "side:9"}, {"name": "main", "image": "host:1/main:7"}]
    made = Deployment.from_dict(
        {
            "metadata": {"name": "main", "generation": 2},
            "spec": {
                "replicas": 3,
                "selector": {},
                "template": {"spec": {"containers": containers}},
            },
            "status": WHOLE | status,
        }
    )
    assert isinstance(made, Deployment)
    return made


def test_a_tag_runs_when_every_replica_has_it() -> None:
    assert rolled_out_tag(deployment(), "host:1/main") == "7"
    assert rolled_out_tag(deployment(), "another") == ""


@pytest.mark.parametrize(
    ("field", "number"),
    [
        ("observedGeneration", 1),
        ("replicas", 4),
        ("updatedReplicas", 2),
        ("availableReplicas", 2),
    ],
)
def test_no_tag_runs_while_a_deployment_rolls_out(field: str, number: int) -> None:
    assert rolled_out_tag(deployment(**{field: number}), "host:1/main") == ""
