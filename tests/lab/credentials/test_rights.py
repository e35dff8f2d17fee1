"""Least privilege: a stack begins without any right, and is told each that it lacks, until it has those of the page."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
import yaml
from lightkube import codecs
from lightkube.models.authentication_v1 import TokenRequestSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.rbac_v1 import RoleRef, Subject
from lightkube.resources.core_v1 import ServiceAccount, ServiceAccountToken
from lightkube.resources.rbac_authorization_v1 import RoleBinding

from components.rules.rights import (
    CONTENTS,
    DEPLOY_KEYS,
    GPG_KEYS,
    IAM_ACTIONS,
    KMS_ACTIONS,
    WEBHOOKS,
    WORKFLOWS,
    Permission,
)
from lab.world.iam import Guard, guarded
from lab.world.surroundings import BOT, BOT_EMAIL, ORGANISATION
from tests.deployment import ROOT, Deployment, Run, deployed
from tests.world import World

NAME = "rights"
PERMISSIONS = (DEPLOY_KEYS, WEBHOOKS, CONTENTS, WORKFLOWS, GPG_KEYS)
ACTIONS = {*IAM_ACTIONS, *KMS_ACTIONS}
FIRST = {"ssm:DescribeParameters", "ssm:PutParameter", "ssm:DeleteParameter"}
"""Actions that the stack lacks; tests/plugins/test_aws.py takes away all others, too."""
READING = {"ssm:GetParameter", "ssm:ListTagsForResource", "ssm:DescribeParameters", "kms:Decrypt"}
PAGE = (ROOT / "docs" / "rights.md").read_text()


def block(language: str) -> str:
    """The one block of a language on the page."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return str(found)


@dataclass
class Granted:
    """A stack, and the rights that it has by now."""

    stack: Deployment
    aws: Guard
    key: str
    permissions: set[Permission] = field(default_factory=set)
    actions: set[str] = field(default_factory=lambda: ACTIONS - FIRST)

    def use(self, level: str = "write") -> None:
        """Gives the stack new tokens and a new policy, with exactly these rights."""
        for variable, login in (("GITHUB_TOKEN", ORGANISATION), ("GITHUB_BOT_TOKEN", BOT)):
            named = {each.name: level for each in self.permissions if each.variable == variable}
            order = {"login": login, "permissions": named}
            made = self.stack.world.github.post("/_lab/tokens", json=order).raise_for_status()
            self.stack.environment[variable] = made.json()["token"]
        text = block("json").replace("/github/*", f"/{NAME}/*").replace("YOUR-KMS-KEY", self.key)
        policy: dict[str, Any] = json.loads(text)
        for statement in policy["Statement"]:
            statement["Action"] = [each for each in statement["Action"] if each in self.actions]
        self.aws.policy = policy

    def take(self, run: Run) -> set[str]:
        """Grants what a refusal named; returns it."""
        labels = {f"{each.label}: {each.level}": each for each in PERMISSIONS}
        named = {label for label in labels if f"{label} (classic" in run.output}
        actions = set(re.findall(r"not authorized to perform: (\w+:\w+) on resource", run.output))
        self.permissions |= {labels[each] for each in named}
        self.actions |= actions
        self.use()
        return named | actions

    def granted(self) -> set[str]:
        """Everything by now."""
        return {f"{each.label}: {each.level}" for each in self.permissions} | self.actions

    def until_done(self, verb: str, *arguments: str) -> None:
        """Runs a verb again and again, with one more right each time."""
        for _ in range(12):
            before = self.granted()
            run = self.stack.operate(verb, *arguments, check=False)
            if run.exit_code == 0:
                return
            named = self.take(run)
            assert named - before, f"nothing new is named in:\n{run.output}"
        raise AssertionError(run.output)


@pytest.fixture(scope="module")
def granted(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Granted]:
    """The stack; it has no right on GitHub yet, few on AWS, and in the cluster those of the page."""
    directory = tmp_path_factory.mktemp(NAME)
    with ExitStack() as stack:
        made = stack.enter_context(deployed(world, NAME, directory))
        aws = httpx2.Client(base_url=world.environment["AWS_ENDPOINT_URL"], trust_env=False)
        region = world.environment["AWS_REGION"]
        guard = stack.enter_context(guarded(stack.enter_context(aws), {"Statement": []}, region))
        kms = world.aws.client("kms", endpoint_url=world.environment["AWS_ENDPOINT_URL"])
        key = kms.create_key()["KeyMetadata"]["Arn"]
        made.config |= {
            "bot": {"login": BOT, "name": "Bot", "email": BOT_EMAIL},
            "kmsKeyId": key,
            "applications": [
                {
                    "repository": NAME,
                    "image": {"name": f"ghcr.io/o/{NAME}", "automation": False},
                    "kustomization": {"path": "./kustomize/overlays/dev", "targetNamespace": NAME},
                    "scaffold": {},
                }
            ],
        }
        file = directory / "kubeconfig"
        file.write_text(yaml.safe_dump(kubeconfig(world)))
        made.environment |= {"AWS_ENDPOINT_URL": guard.url, "KUBECONFIG": str(file)}
        rights = Granted(made, guard, key)
        rights.use()
        yield rights
        rights.permissions, rights.actions = set(PERMISSIONS), set(ACTIONS)
        rights.use()
        made.operate("destroy", check=False)


def kubeconfig(world: World) -> dict[str, object]:
    """The administrator's, with the token of a service account that has the role of the page alone."""
    role: Any = codecs.from_dict(yaml.safe_load(block("yaml")))
    where = role.metadata.namespace
    named = ObjectMeta(name=role.metadata.name, namespace=where)
    binding = RoleBinding(
        metadata=named,
        roleRef=RoleRef(apiGroup="rbac.authorization.k8s.io", kind="Role", name=named.name or ""),
        subjects=[Subject(kind="ServiceAccount", name=named.name or "", namespace=where)],
    )
    for each in (role, ServiceAccount(metadata=named), binding):
        world.cluster.apply(each, field_manager="tests")
    spec = TokenRequestSpec(audiences=["https://kubernetes.default.svc"])
    asked = ServiceAccountToken(metadata=ObjectMeta(), spec=spec)
    token = world.cluster.create(asked, named.name or "", namespace=where)
    config: dict[str, Any] = yaml.safe_load(world.directory.kubeconfig.read_text())
    for user in config["users"]:
        user["user"] = {"token": token.status.token}  # type: ignore[union-attr]
    return config


def test_up_names_every_right_that_it_lacks_and_needs_those_of_the_page_alone(
    granted: Granted,
) -> None:
    granted.until_done("up")
    written = {f"{each.label}: {each.level}" for each in PERMISSIONS} | ACTIONS
    assert granted.granted() == written - {"ssm:DeleteParameter"}
    used = {action for action, _ in granted.aws.called} - KMS_ACTIONS.keys()
    assert used == IAM_ACTIONS.keys() - {"ssm:DeleteParameter"}


def test_a_preview_and_the_drift_check_only_read(granted: Granted) -> None:
    actions, granted.actions = granted.actions, READING
    granted.use("read")
    granted.stack.preview("--refresh", "--expect-no-changes")
    granted.actions = actions
    granted.use()


def test_external_secrets_calls_nothing_but_what_the_policy_of_the_store_allows(
    world: World, granted: Granted
) -> None:
    port = world.state.ports["external-secrets"]
    counted = httpx2.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
    calls = re.findall(r'^externalsecret_provider_api_calls_count\{call="(\w+)"', counted, re.M)
    policy = json.loads(str(granted.stack.output("secretStorePolicy")))
    allowed = {action for each in policy["Statement"] for action in each["Action"]}
    assert {f"ssm:{call}" for call in calls} == allowed - KMS_ACTIONS.keys()


def test_destroy_names_what_it_lacks_and_leaves_nothing(granted: Granted) -> None:
    granted.permissions.remove(WEBHOOKS)
    granted.use()
    granted.until_done("destroy", "--run-program")
    assert WEBHOOKS in granted.permissions
    assert granted.actions == ACTIONS
    assert granted.stack.world.get(f"/repos/{ORGANISATION}/{NAME}/hooks") == []
    assert granted.stack.world.parameters(f"/{NAME}") == {}
