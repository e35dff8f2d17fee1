"""Faults that must be survived: what GitHub, Flux and the network can do to a push."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import trustme
from lightkube.models.apps_v1 import DeploymentSpec
from lightkube.models.core_v1 import Container, PodSpec, PodTemplateSpec
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.resources.apps_v1 import Deployment

from lab.run import control
from lab.world.kinds import Kustomization
from tests.lab.conftest import Application, delivered
from tests.world import World, eventually


@contextmanager
def stopped(world: World, process: str) -> Iterator[None]:
    """A process of the lab is down."""
    control.stop_process(world.directory, process)
    try:
        yield
    finally:
        control.start_process(world.directory, process)


@contextmanager
def frozen(world: World, process: str) -> Iterator[None]:
    """A process of the lab does nothing for a while."""
    pid = world.state.processes[process].pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_delivery_refused_while_the_receiver_is_down_is_redelivered(
    application: Application,
) -> None:
    world, before = application.world, len(application.deliveries())
    with stopped(world, "notification-controller"):
        sha = application.push(3)
        failed = application.await_delivery(before + 1, 503)
        assert sha not in application.fetched()
    attempts = f"{application.hook}/deliveries/{failed['id']}/attempts"
    world.github.post(attempts).raise_for_status()
    redelivered = application.await_delivery(before + 2, 200)
    assert redelivered["redelivery"] is True
    assert redelivered["guid"] == failed["guid"]
    application.await_applied(sha)
    assert application.replicas() == 3


def test_a_burst_of_fifty_pushes_ends_on_the_last_commit(application: Application) -> None:
    before = len(application.deliveries())
    pushed = [application.push(number % 7 + 1) for number in range(50)]
    application.await_applied(pushed[-1])
    assert application.replicas() == 49 % 7 + 1

    def answered() -> None:
        deliveries = application.deliveries()
        assert len(deliveries) == min(before + 50, 100)
        assert {each["status_code"] for each in deliveries[:50]} == {200}

    eventually(answered)


def test_what_could_not_be_applied_is_tried_again_without_a_push(application: Application) -> None:
    cluster, name = application.world.cluster, "echo-server"
    labels, container = {"app": "foreign"}, Container(name=name, image=name)
    template = PodTemplateSpec(ObjectMeta(labels=labels), PodSpec([container]))
    foreign = DeploymentSpec(LabelSelector(matchLabels=labels), template)
    cluster.delete(Deployment, name, namespace=application.name)
    metadata = ObjectMeta(name=name, namespace=application.name)
    cluster.create(Deployment(metadata=metadata, spec=foreign))
    sha = application.push(3)

    def refused() -> None:
        ready = application.condition("Ready", Kustomization)
        assert ready["status"] == "False"
        assert "immutable" in ready["message"], ready

    eventually(refused)
    cluster.delete(Deployment, name, namespace=application.name)
    # The interval is an hour.
    application.await_applied(sha)
    assert application.replicas() == 3


def test_two_applications_reconcile_independently(application: Application) -> None:
    with delivered(application.world, "neighbour") as neighbour:
        mine, theirs = application.applied(), neighbour.applied()
        sha = application.push(4)
        application.await_applied(sha)
        assert neighbour.applied() == theirs
        assert neighbour.deliveries() == []
        with ThreadPoolExecutor() as pool:
            first, second = pool.map(lambda each: each.push(5), (application, neighbour))
        application.await_applied(first)
        neighbour.await_applied(second)
        assert mine != application.applied()


def test_a_push_to_another_branch_reconciles_nothing(application: Application) -> None:
    requested, before = application.requested(), len(application.deliveries())
    application.push(6, branch="feature")
    application.await_delivery(before + 1, 200)
    assert application.requested() == requested
    sha = application.push(2)
    application.await_applied(sha)
    assert application.requested() != requested


def test_a_delivery_signed_with_another_secret_is_refused(application: Application) -> None:
    world, hook = application.world, application.hook
    before, requested = len(application.deliveries()), application.requested()
    token = world.parameters(f"/{application.name}/developer-friendly").popitem()[1]
    config = f"{hook}/config"
    world.github.patch(config, json={"secret": "x" * 32}).raise_for_status()
    application.push(3)
    application.await_delivery(before + 1, 400)
    assert application.requested() == requested
    world.github.patch(config, json={"secret": token}).raise_for_status()
    application.await_applied(application.push(2))


def test_an_untrusted_certificate_fails_the_delivery_and_says_so(application: Application) -> None:
    world, before = application.world, len(application.deliveries())
    files = [world.directory.certs / name for name in ("gateway.pem", "gateway-key.pem")]
    trusted = [file.read_bytes() for file in files]
    foreign = trustme.CA().issue_cert("*.fluxhook.test")
    try:
        with stopped(world, "gateway"):
            files[0].write_bytes(b"".join(each.bytes() for each in foreign.cert_chain_pems))
            files[1].write_bytes(foreign.private_key_pem.bytes())
        sha = application.push(3)

        def failed() -> dict[str, object]:
            deliveries = application.deliveries()
            assert len(deliveries) == before + 1
            return deliveries[0]

        delivery: dict[str, object] = eventually(failed)
        assert delivery["status_code"] != 200
        assert "certificate" in str(delivery["status"]).lower(), delivery
        assert sha not in application.fetched()
    finally:
        with stopped(world, "gateway"):
            for file, content in zip(files, trusted, strict=True):
                file.write_bytes(content)
    application.await_applied(application.push(2))


def test_a_deploy_key_removed_by_hand_shows_and_is_repaired(application: Application) -> None:
    world = application.world
    (key,) = world.get(f"/repos/{application.repository}/keys")
    world.github.delete(f"/repos/{application.repository}/keys/{key['id']}").raise_for_status()
    application.push(3)

    def refused() -> None:
        ready = application.condition("Ready")
        assert ready["status"] == "False"
        assert "authenticate" in ready["message"] or "auth" in ready["reason"].lower(), ready

    eventually(refused)
    application.stack.up("--refresh")
    application.await_applied(application.push(2))


def test_a_source_controller_killed_in_mid_fetch_catches_up(application: Application) -> None:
    world = application.world
    with frozen(world, "socks"):
        sha = application.push(5)

        def fetching() -> None:
            assert application.condition("Reconciling").get("status") == "True"

        eventually(fetching)
        pid = world.state.processes["source-controller"].pid
        assert pid
        os.kill(pid, signal.SIGKILL)

        def dead() -> None:
            assert world.state.processes["source-controller"].state == "exited"

        eventually(dead)
    control.start_process(world.directory, "source-controller")
    application.await_applied(sha)
    assert application.replicas() == 5
