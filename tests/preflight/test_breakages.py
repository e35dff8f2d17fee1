"""Each thing that can be wrong around a stack, made in the lab: it is told with its fix, and nothing is written."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from lightkube import KubeConfig
from lightkube.config import client_adapter
from lightkube.models.apps_v1 import DeploymentSpec
from lightkube.models.core_v1 import Container, PodSpec, PodTemplateSpec
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.resources.apps_v1 import Deployment

from lab.world.faults import proxied
from lab.world.kinds import ClusterSecretStore, GitRepository
from tests.preflight.conftest import NAME, REPOSITORY, Checked

NOBODY = "http://127.0.0.1:1"
BOT = {"login": "developer-friendly-bot", "name": "Bot", "email": "bot@example.com"}
STORE = {
    "apiVersion": "external-secrets.io/v1",
    "kind": "ClusterSecretStore",
    "metadata": {"name": "elsewhere"},
    "spec": {"provider": {"aws": {"service": "ParameterStore", "region": "us-east-1"}}},
}

CONFIGURED: dict[str, tuple[dict[str, object], str]] = {
    "context": ({"kubeContext": "fluxhook"}, "has no context fluxhook; there is fluxhook-lab"),
    "namespace": ({"namespace": "flux-systm"}, "has no namespace flux-systm; there is flux-system"),
    "store": (
        {"secretStore": "parameter-store"},
        "ClusterSecretStore parameter-store: does not exist; there is aws-parameter-store",
    ),
    "Gateway": (
        {"gateway": {"name": "pubic", "namespace": "gateway-system"}},
        "Gateway gateway-system/pubic: does not exist; there is gateway-system/public",
    ),
    "listener": (
        {"gateway": {"name": "public", "namespace": "gateway-system", "sectionName": "web"}},
        "has no listener web; there is https",
    ),
    "host": (
        {"host": "flux.example.com"},
        "its listener https serves *.fluxhook.test, which flux.example.com is not",
    ),
    "IngressClass": (
        {"gateway": None, "ingress": {"className": "nginx"}},
        "IngressClass nginx: does not exist; there is lab",
    ),
    "repository": (
        {"applications": [{"repository": "preflihgt"}]},
        "repository developer-friendly/preflihgt: GitHub shows none of this name",
    ),
    "owner": (
        {"owner": "developer-unfriendly"},
        "repository developer-unfriendly/preflight: GitHub shows none of this name",
    ),
    "branch": (
        {"applications": [{"repository": NAME, "branch": "master"}]},
        "has no branch master; there is main",
    ),
    "path": (
        {"applications": [{"repository": NAME, "kustomization": {"path": "./deploy/prod"}}]},
        "has no directory ./deploy/prod on branch main; there is none",
    ),
    "root": (
        {"applications": [{"repository": NAME, "kustomization": {"path": "./depoly"}}]},
        "has no directory ./depoly on branch main; there is ./deploy, ./chart",
    ),
    "file": (
        {
            "applications": [
                {"repository": NAME, "kustomization": {"path": "./deploy/kustomization.yaml"}}
            ]
        },
        "./deploy/kustomization.yaml is a file on branch main",
    ),
    "field": (
        {"applications": [{"repository": NAME, "kustomization": {"spec": {"namePrefx": "a-"}}}]},
        'applications[0].kustomization.spec: unknown field "spec.namePrefx"; correct it',
    ),
    "value": (
        {
            "applications": [
                {
                    "repository": NAME,
                    "helmRelease": {
                        "chart": "./chart",
                        "spec": {"postRenderStrategy": "never"},
                    },
                }
            ]
        },
        "helmRelease.spec: [spec.postRenderStrategy: Unsupported value",
    ),
    "chart": (
        {"applications": [{"repository": NAME, "helmRelease": {"chart": "./charts"}}]},
        "has no directory ./charts on branch main; there is ./chart",
    ),
    "Chart.yaml": (
        {"applications": [{"repository": NAME, "helmRelease": {"chart": "./deploy"}}]},
        "./deploy on branch main has no Chart.yaml",
    ),
    "bot": (
        {"bot": {**BOT, "login": "someone-else"}},
        "bot someone-else: the token in $GITHUB_BOT_TOKEN is that of developer-friendly-bot",
    ),
    "key": (
        {"kmsKeyId": "arn:aws:kms:eu-central-1:123456789012:key/none"},
        "there is no key arn:aws:kms:eu-central-1:123456789012:key/none",
    ),
    "region of the key": (
        {"kmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/none"},
        "is not in eu-central-1, the region of the parameters",
    ),
}
ENVIRONMENT: dict[str, tuple[dict[str, str | None], str]] = {
    "no token": ({"GITHUB_TOKEN": None}, "GitHub: $GITHUB_TOKEN is not set"),
    "a wrong token": (
        {"GITHUB_TOKEN": "gh" + "p_wrong"},
        "GitHub: refuses the token in $GITHUB_TOKEN (401)",
    ),
    "a wrong token of the bot": (
        {"GITHUB_BOT_TOKEN": "gh" + "p_wrong"},
        "GitHub: refuses the token in $GITHUB_BOT_TOKEN (401)",
    ),
    "no GitHub": ({"GITHUB_BASE_URL": f"{NOBODY}/"}, "GitHub: 127.0.0.1 cannot be reached"),
    "no credentials": (
        {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None},
        "AWS: there are no credentials",
    ),
    "no AWS": ({"AWS_ENDPOINT_URL": NOBODY}, "AWS: STS in eu-central-1 cannot be reached"),
    "no region": ({"AWS_REGION": None}, "AWS: no region is named"),
    "another region": (
        {"AWS_REGION": "us-east-1"},
        "reads parameters in eu-central-1, and this stack writes them in us-east-1",
    ),
    "no kubeconfig": ({"KUBECONFIG": "/nowhere"}, "there is no kubeconfig /nowhere"),
}


def test_nothing_stops_an_update_of_the_stack_as_it_is(checked: Checked) -> None:
    assert checked.stopped() == []


@pytest.mark.parametrize("what", CONFIGURED)
def test_what_the_settings_name_and_is_not_there_is_told(what: str, checked: Checked) -> None:
    config, message = CONFIGURED[what]
    told = checked.stopped(**config)
    assert [each for each in told if message in each], told


@pytest.mark.parametrize("what", ENVIRONMENT)
def test_what_the_environment_lacks_is_told(
    what: str, checked: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables, message = ENVIRONMENT[what]
    for name, text in variables.items():
        if text is None:
            monkeypatch.delenv(name)
        else:
            monkeypatch.setenv(name, text)
    told = checked.stopped(bot=BOT)
    assert [each for each in told if message in each], told


@pytest.mark.parametrize(("rights", "verb"), [("bot", "read"), ("read_only", "write")])
def test_a_token_without_the_right_is_told_with_the_right_that_is_missing(
    rights: str, verb: str, checked: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", getattr(checked.world.state.tokens, rights))
    told = "\n".join(checked.stopped())
    assert (
        f"repository {REPOSITORY}: the token in $GITHUB_TOKEN may not {verb} its webhooks" in told
    )
    assert "give it Webhooks: write (classic: admin:repo_hook) on this repository" in told


def test_twenty_webhooks_leave_no_room(checked: Checked) -> None:
    path = f"/repos/{REPOSITORY}/hooks"
    github = checked.world.github
    made = []
    try:
        for number in range(20):
            config = {"url": f"http://nowhere.fluxhook.test/{number}"}
            made.append(github.post(path, json={"config": config}).raise_for_status().json()["id"])
        (told,) = checked.stopped()
    finally:
        for each in made:
            github.delete(f"{path}/{each}").raise_for_status()
    assert "has 20 webhooks for the event push, and GitHub takes 20" in told


def test_an_api_server_that_is_down_is_told(checked: Checked) -> None:
    down = checked.kubeconfig(cluster={"server": "https://127.0.0.1:1"})
    (told,) = checked.stopped(kubeconfig=down)
    assert "cluster: the API server cannot be reached (ConnectError)" in told


def test_credentials_that_the_cluster_refuses_are_told(checked: Checked) -> None:
    (told,) = checked.stopped(kubeconfig=checked.kubeconfig(user={"token": "wrong"}))
    assert "cluster: refuses the credentials of the kubeconfig (401)" in told


def test_kinds_that_the_cluster_does_not_serve_are_told_with_what_brings_them(
    checked: Checked,
) -> None:
    config = KubeConfig.from_file(checked.world.directory.kubeconfig).get()
    assert config
    with (
        client_adapter.Client(config, client_adapter.ConnectionParams(trust_env=False)) as server,
        proxied(server) as without,
    ):
        groups = r"^GET /apis/(external-secrets\.io|source\.toolkit\.fluxcd\.io|gateway\.networking\.k8s\.io)"
        without.add(groups, lambda exchange: exchange.say(404), before=True, again=True)
        told = checked.stopped(
            kubeconfig=checked.kubeconfig(user={}, cluster={"server": without.url})
        )
    for problem, fix in (
        ("does not serve ClusterSecretStore, ExternalSecret of", "install the chart"),
        ("does not serve GitRepository of", "run `flux install`"),
        ("does not serve HTTPRoute of", "install a Gateway controller"),
    ):
        assert [each for each in told if problem in each and fix in each], told


@contextmanager
def controller(checked: Checked, name: str, replicas: int) -> Iterator[None]:
    """A Deployment of Flux that never becomes available."""
    labels = {"app": name}
    template = PodTemplateSpec(
        metadata=ObjectMeta(labels=labels),
        spec=PodSpec(containers=[Container(name="manager", image="none")]),
    )
    spec = DeploymentSpec(
        replicas=replicas,
        minReadySeconds=3600,
        progressDeadlineSeconds=7200,
        selector=LabelSelector(matchLabels=labels),
        template=template,
    )
    part = {"app.kubernetes.io/part-of": "flux"}
    cluster, meta = (
        checked.world.cluster,
        ObjectMeta(name=name, namespace="flux-system", labels=part),
    )
    cluster.create(Deployment(metadata=meta, spec=spec))
    try:
        yield
    finally:
        cluster.delete(Deployment, name, namespace="flux-system")


@pytest.mark.parametrize(("replicas", "words"), [(0, "is scaled to 0"), (1, "has 0 of 1 replicas")])
def test_a_controller_that_is_down_is_told(replicas: int, words: str, checked: Checked) -> None:
    with controller(checked, "notification-controller", replicas):
        told = checked.stopped()
    assert [
        each for each in told if "flux-system/notification-controller" in each and words in each
    ]
    assert [each for each in told if "has no Deployment source-controller in flux-system" in each]


def test_a_store_of_another_region_is_told(checked: Checked) -> None:
    cluster = checked.world.cluster
    cluster.apply(ClusterSecretStore.from_dict(STORE), field_manager="tests")
    try:
        told = checked.stopped(secretStore="elsewhere")
    finally:
        cluster.delete(ClusterSecretStore, "elsewhere")
    assert [each for each in told if "reads parameters in us-east-1, and this stack" in each], told


def test_an_object_of_somebody_else_is_told(checked: Checked) -> None:
    cluster, namespace = checked.world.cluster, "flux-system"
    theirs = GitRepository(
        metadata=ObjectMeta(name=NAME, namespace=namespace),
        spec={"interval": "1h", "url": "ssh://git@github.com/somebody/else"},
    )
    cluster.create(theirs)
    try:
        (told,) = checked.stopped()
    finally:
        cluster.delete(GitRepository, NAME, namespace=namespace)
    assert f"GitRepository {namespace}/{NAME}: exists and belongs to somebody else" in told
    assert f"annotate it with fluxhook/stack=organization/fluxhook/{NAME}" in told
