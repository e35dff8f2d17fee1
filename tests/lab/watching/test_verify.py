"""`fluxhook verify`: a whole chain is proven, and each link that is broken is named with its fix."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lightkube.resources.core_v1 import Secret

from fluxhook.errors import Refusal
from fluxhook.watching.links import Verdict
from fluxhook.watching.verify import verify
from lab.world.kinds import GitRepository, HTTPRoute, Kustomization, Receiver
from recovery import parameters
from tests.lab.watching.breakages import (
    TOKEN_SECRET,
    Breakage,
    hook,
    hook_config,
    patched,
    removed,
    spec,
    stopped,
)
from tests.lab.watching.conftest import CHART, NAME, Watched
from tests.lab.watching.verbs import fluxhook
from tests.world import eventually

OTHER = "o" * 40
REPAIR = f"pulumi up --refresh --stack {NAME}"


@contextmanager
def parameter(watched: Watched, value: str | None) -> Iterator[None]:
    """The token's parameter has another value, or does not exist."""
    client = parameters.connected(None, None)
    (app,) = watched.one.applications
    name = app.parameters["webhook-token"]
    before = client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    if value is None:
        client.delete_parameter(Name=name)
    else:
        client.put_parameter(Name=name, Value=value, Overwrite=True)
    try:
        yield
    finally:
        client.put_parameter(Name=name, Value=before, Type="SecureString", Overwrite=True)


@contextmanager
def secret(watched: Watched, value: str | None) -> Iterator[None]:
    """The token's Secret has another value, or does not exist, and External Secrets does not notice."""
    with stopped(watched, "external-secrets"):
        if value is None:
            with removed(watched, Secret, TOKEN_SECRET):
                yield
            return
        found = watched.world.cluster.get(Secret, TOKEN_SECRET, namespace="flux-system")
        assert found.data
        changed = {"data": {"token": base64.b64encode(value.encode()).decode()}}
        with patched(watched, Secret, TOKEN_SECRET, changed, {"data": dict(found.data)}):
            yield


@contextmanager
def backend(watched: Watched, name: str) -> Iterator[None]:
    """The route leads to a Service that does not exist."""
    route = f"{NAME}-receiver"
    found = watched.world.cluster.get(HTTPRoute, route, namespace="flux-system").spec
    assert found
    rules = json.loads(json.dumps(found["rules"]))
    rules[0]["backendRefs"][0]["name"] = name
    changed, mended = {"spec": {"rules": rules}}, {"spec": {"rules": found["rules"]}}
    with patched(watched, HTTPRoute, route, changed, mended):
        yield


@contextmanager
def deploy_key_gone(watched: Watched) -> Iterator[None]:
    """GitHub does not have the deploy key."""
    github, keys = watched.world.github, f"/repos/{watched.application.repository}/keys"
    (key,) = watched.world.get(keys)
    github.delete(f"{keys}/{key['id']}").raise_for_status()
    try:
        yield
    finally:
        body = {name: key[name] for name in ("title", "key", "read_only")}
        github.post(keys, json=body).raise_for_status()


@contextmanager
def pushed_while_down(watched: Watched) -> Iterator[None]:
    """A commit is pushed that nobody applies."""
    with stopped(watched, "kustomize-controller"):
        watched.application.push(3)
        yield


@contextmanager
def variable(name: str, value: str) -> Iterator[None]:
    """A variable of the environment is another."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(name, value)
        yield


BREAKAGES: dict[str, tuple[Breakage, str, str, str]] = {
    "inactive webhook": (
        lambda app: hook(app, {"active": False}, {"active": True}),
        *("webhook", "is not active", REPAIR),
    ),
    "webhook without push": (
        lambda app: hook(app, {"events": ["issues"]}, {"events": ["push"]}),
        *("webhook", "does not send push", REPAIR),
    ),
    "webhook to another URL": (
        lambda app: hook_config(app, url="https://flux.fluxhook.test/hook/" + "0" * 64),
        *("webhook", "calls another URL than https://flux.fluxhook.test", REPAIR),
    ),
    "webhook that sends a form": (
        lambda app: hook_config(app, content_type="form"),
        *("webhook", "sends a form in place of JSON", REPAIR),
    ),
    "webhook that trusts anybody": (
        lambda app: hook_config(app, insecure_ssl="1"),
        *("webhook", "does not check the certificate", REPAIR),
    ),
    "wrong GitHub token": (
        lambda app: variable("GITHUB_TOKEN", "wrong"),
        *("webhook", "(401)", "it is wrong, expired or revoked"),
    ),
    "GitHub token without rights": (
        lambda app: variable("GITHUB_TOKEN", app.world.state.tokens.bot),
        *("webhook", "404", "no right on it"),
    ),
    "parameter gone": (
        lambda app: parameter(app, None),
        *("token", "receiver/token does not exist", REPAIR),
    ),
    "parameter changed": (
        lambda app: parameter(app, OTHER),
        *("token", "has another token than the stack", REPAIR),
    ),
    "no Parameter Store": (
        lambda app: variable("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        *("token", "Parameter Store does not answer", "AWS_"),
    ),
    "Secret changed": (
        lambda app: secret(app, OTHER),
        *(
            "token",
            "has another token than the parameter",
            f"annotate externalsecret {TOKEN_SECRET}",
        ),
    ),
    "Secret gone": (
        lambda app: secret(app, None),
        *("token", f"{TOKEN_SECRET} has no token", f"annotate externalsecret {TOKEN_SECRET}"),
    ),
    "Receiver gone": (
        lambda app: removed(app, Receiver),
        *("receiver", f"Receiver flux-system/{NAME} does not exist", REPAIR),
    ),
    "Receiver suspended": (
        lambda app: spec(app, Receiver, {"suspend": True}),
        *("receiver", "is suspended", f"flux resume receiver {NAME} -n flux-system"),
    ),
    "Receiver with a filter that is none": (
        lambda app: spec(app, Receiver, {"resourceFilter": "req.("}),
        *("receiver", "InvalidCELExpression", f"describe receiver {NAME}"),
    ),
    "route gone": (
        lambda app: removed(app, HTTPRoute, f"{NAME}-receiver"),
        *("route", "404, not 400; no route has the path", REPAIR),
    ),
    "route without a backend": (
        lambda app: backend(app, "nowhere"),
        *("route", f"500, not 400; HTTPRoute {NAME}-receiver: BackendNotFound", "flux check"),
    ),
    "notification-controller down": (
        lambda app: stopped(app, "notification-controller"),
        *("route", "not 400", "flux check"),
    ),
    "gateway down": (
        lambda app: stopped(app, "gateway"),
        *("ping", "flux.fluxhook.test: failed to connect to host", "gh api meta"),
    ),
    "GitHub signs with another secret": (
        lambda app: hook_config(app, secret=OTHER),
        *("ping", "answered with 400", "pulumi up --replace URN"),
    ),
    "source gone": (
        lambda app: removed(app, GitRepository),
        *("source", "does not exist", REPAIR),
    ),
    "source suspended": (
        lambda app: spec(app, GitRepository, {"suspend": True}),
        *("source", "is suspended", f"flux resume source git {NAME} -n flux-system"),
    ),
    "Receiver of another source": (
        lambda app: spec(app, Receiver, {"resources": [{"kind": "GitRepository", "name": CHART}]}),
        *("source", "the ping has not made the Receiver ask", REPAIR),
    ),
    "source-controller down": (
        lambda app: stopped(app, "source-controller"),
        *("source", "has not handled the request", "flux check"),
    ),
    "deploy key gone": (
        deploy_key_gone,
        *("source", "GitOperationFailed", f"describe gitrepository {NAME}"),
    ),
    "delivery suspended": (
        lambda app: spec(app, Kustomization, {"suspend": True}),
        *("revision", "is suspended", f"flux resume kustomization {NAME} -n flux-system"),
    ),
    "path that is not in the repository": (
        lambda app: spec(app, Kustomization, {"path": "./nowhere"}),
        *("revision", "ArtifactFailed", f"describe kustomization {NAME}"),
    ),
    "commit that is not applied": (
        pushed_while_down,
        *("revision", "has applied", f"flux reconcile kustomization {NAME}"),
    ),
}
SOON = 5.0
"""Seconds after which what does not come counts as broken."""


def test_a_whole_chain_is_proven_for_every_application(watched: Watched) -> None:
    printed = fluxhook(watched, "verify")
    assert printed.splitlines()[-1] == "✔ whole: 2 applications"
    assert "✗" not in printed
    links = fluxhook(watched, "verify", NAME).splitlines()
    assert links[0] == f"► developer-friendly/{NAME}"
    assert [each.split(":")[0].strip() for each in links[1:-1]] == [
        *("✔ webhook", "✔ token", "✔ receiver", "✔ route", "✔ ping", "✔ source", "✔ revision"),
    ]
    (app,) = watched.one.applications
    assert app.path not in "".join(links)


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_link_is_named_with_its_fix(watched: Watched, name: str) -> None:
    breakage, link, text, fix = BREAKAGES[name]
    (app,) = watched.one.applications

    def is_named() -> None:
        found = watched.first_broken(SOON)
        assert found, "every link holds"
        assert found.name == link, found
        assert text in found.text, found
        assert fix in found.fix + found.text, found
        assert app.path not in found.text + found.fix

    with breakage(watched):
        # A controller needs a moment to see what has become of its object.
        eventually(is_named)
    watched.await_whole()


def test_a_receiver_that_this_machine_cannot_reach_is_not_broken_when_github_can(
    watched: Watched,
) -> None:
    report = watched.report(connect_to="127.0.0.1:1")
    (route,) = [each for each in report.links if each.name == "route"]
    assert route.verdict is Verdict.UNSEEN
    assert route.text.startswith("this machine gets no answer from https://flux.fluxhook.test")
    assert report.holds
    with variable("SSL_CERT_FILE", "/dev/null"):
        report = watched.report()
    assert "the certificate is not accepted" in report.links[3].text


def test_a_cluster_that_cannot_be_asked_is_a_refusal(watched: Watched, tmp_path: Path) -> None:
    with variable("KUBECONFIG", str(tmp_path)), pytest.raises(Refusal, match="KUBECONFIG"):
        list(verify(watched.one, None, SOON))


def test_a_broken_chain_is_an_exit_code_and_json(watched: Watched) -> None:
    with hook(watched, {"active": False}, {"active": True}):
        printed = json.loads(fluxhook(watched, "verify", "--output", "json", code=1))
    broken = [each for each in printed["applications"] if not each["holds"]]
    assert [each["repository"] for each in broken] == [f"developer-friendly/{NAME}"]
    assert broken[0]["links"][0]["verdict"] == "broken"


def test_a_webhook_that_was_deleted_is_named_and_the_fix_mends_it(watched: Watched) -> None:
    watched.world.github.delete(watched.application.hook).raise_for_status()
    found = watched.first_broken(SOON)
    assert found
    assert (found.name, found.fix) == ("webhook", REPAIR)
    assert "404" in found.text
    watched.application.stack.up("--refresh")
    assert fluxhook(watched, "verify", NAME).endswith("✔ whole: 1 application\n")
