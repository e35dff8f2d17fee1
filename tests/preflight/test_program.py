"""The checks within the program: a refusal before the first write, a preview without a cluster, and the ping."""

import json
from concurrent.futures import ThreadPoolExecutor

from lightkube.resources.core_v1 import Service

from tests.preflight.conftest import NAME, REPOSITORY, Checked
from tests.world import eventually


def resources(checked: Checked) -> list[dict[str, object]]:
    """The resources in the state, without the stack itself."""
    latest = json.loads(checked.stack.state())["checkpoint"]["latest"] or {}
    found: list[dict[str, object]] = latest.get("resources") or []
    return [each for each in found if each["type"] != "pulumi:pulumi:Stack"]


def test_an_update_is_refused_before_its_first_write_with_everything_in_one_message(
    checked: Checked,
) -> None:
    stack, well = checked.stack, dict(checked.stack.config)
    stack.config |= {"host": "flux.example.com", **checked.application(branch="master")}
    stack.environment["AWS_REGION"] = "us-east-1"
    try:
        run = stack.operate("up", check=False)
    finally:
        stack.config, stack.environment = well, {}
    assert run.exit_code != 0
    assert "3 checks failed; nothing was written:" in run.output
    for message in (
        f"repository {REPOSITORY}: has no branch master; there is main",
        "its listener https serves *.fluxhook.test, which flux.example.com is not",
        "writes them in us-east-1",
        f"`pulumi config set --stack {NAME} fluxhook:preflight false` for all",
    ):
        assert message in run.output
    assert "Traceback" not in run.output
    assert resources(checked) == []
    assert checked.world.get(f"/repos/{REPOSITORY}/keys") == []


def test_a_preview_works_without_aws_and_cluster_and_says_what_it_could_not_check(
    checked: Checked,
) -> None:
    stack = checked.stack
    stack.environment |= {
        "KUBECONFIG": str(stack.directory / "none"),
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    }
    try:
        run = stack.preview()
    finally:
        stack.environment.clear()
    for message in (
        "cluster: there is no kubeconfig",
        "AWS: STS in eu-central-1 cannot be reached",
    ):
        assert message in run.output


def test_an_update_ends_with_the_fact_that_githubs_ping_did_not_arrive(checked: Checked) -> None:
    stack, well = checked.stack, dict(checked.stack.config)
    stack.config |= {"gateway": None, "nodePort": {"name": "preflight"}, "host": "flux.example.com"}
    stack.config = {key: each for key, each in stack.config.items() if each is not None}
    try:
        run = stack.up()
        stack.operate("destroy")
    finally:
        stack.config = well
    assert f"{REPOSITORY}: GitHub's ping to the receiver" in run.output


def test_a_route_whose_service_is_gone_is_waited_for_and_told_in_its_own_words(
    checked: Checked,
) -> None:
    stack, cluster = checked.stack, checked.world.cluster
    log = stack.directory / "events.json"
    service = cluster.get(Service, "webhook-receiver", namespace="flux-system")
    assert service.metadata
    stack.config["preflight"] = False

    def told() -> None:
        assert "ResolvedRefs=False (BackendNotFound: there is no Service" in log.read_text()

    try:
        cluster.delete(Service, "webhook-receiver", namespace="flux-system")
        with ThreadPoolExecutor(1) as pool:
            run = pool.submit(stack.up)
            try:
                eventually(told)
                assert checked.world.get(f"/repos/{REPOSITORY}/hooks") == []
            finally:
                service.metadata.resourceVersion = service.metadata.uid = None
                cluster.create(service)
        assert f"HTTPRoute flux-system/{NAME}" in run.result().output
        stack.operate("destroy")
    finally:
        stack.config["preflight"] = True
