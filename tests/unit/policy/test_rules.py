"""Each rule of the policy pack lets a good resource pass, and names what is wrong with one that breaks it."""

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from components.rules.aws import PARAMETER_BYTES
from policy import aws, engine, github, kubernetes, stack
from tests.deployment import ROOT

PACK = (ROOT / "policy" / "pack.py").read_text()
PAGE = (ROOT / "docs" / "policies.md").read_text()
PATH = "/hook/" + "0" * 64


@dataclass
class Named:
    name: str


@dataclass
class Options:
    protect: bool = True


@dataclass
class One:
    """A resource."""

    resource_type: str
    props: Any
    name: str = "o/r/one"
    opts: Options = field(default_factory=Options)
    provider: Named | None = field(default_factory=lambda: Named("o"))

    @property
    def urn(self) -> str:
        return f"urn:pulumi:s::p::{self.resource_type}::{self.name}"

    def changed(self, path: str, value: object) -> "One":
        """A copy with another value, or with None without it, at a path such as `spec.rules.0.matches`."""
        made = copy.deepcopy(self)
        *above, last = [int(each) if each.isdigit() else each for each in path.split(".")]
        place = made.props
        for each in above:
            place = place[each]
        if value is None:
            del place[last]
        else:
            place[last] = value
        return made


def line(key: Any) -> str:
    return str(key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode())


def rsa_key(bits: int) -> str:
    return line(rsa.generate_private_key(65537, bits).public_key())


WEBHOOK = One(
    github.WEBHOOK,
    {
        "events": ["push"],
        "configuration": {
            "url": f"https://flux.example.com{PATH}",
            "contentType": "json",
            "secret": "s" * 32,
            "insecureSsl": False,
        },
    },
)
KEY = One(
    github.DEPLOY_KEY,
    {"key": line(ed25519.Ed25519PrivateKey.generate().public_key()), "readOnly": True},
)
GPG_KEY = One(github.GPG_KEY, {}, "bot/signing-key")
PARAMETER = One(
    aws.PARAMETER,
    {
        "name": "/github/o/r/deploy-key",
        "type": "SecureString",
        "tier": "Standard",
        "value": "x" * 4096,
        "keyId": "arn:aws:kms:eu-central-1:123456789012:key/1",
    },
)
RECEIVER = One(
    kubernetes.RECEIVER,
    {
        "metadata": {"name": "r", "namespace": "flux-system"},
        "spec": {
            "type": "github",
            "events": ["ping", "push"],
            "resources": [{"kind": "GitRepository", "name": "r"}],
        },
        "status": {"webhookPath": PATH},
    },
)
ROUTE = One(
    kubernetes.HTTP_ROUTE,
    {
        "spec": {
            "rules": [
                {
                    "matches": [{"path": {"type": "Exact", "value": PATH}}],
                    "backendRefs": [{"name": "webhook-receiver"}],
                }
            ]
        }
    },
)
EXTERNAL_SECRET = One(
    "kubernetes:external-secrets.io/v1:ExternalSecret",
    {"spec": {"target": {"deletionPolicy": "Retain"}}},
)
SOURCE = One("kubernetes:source.toolkit.fluxcd.io/v1:GitRepository", {"spec": {"interval": "1m0s"}})
AUTOMATION = One(stack.AUTOMATION, {}, "o/r/automation")
OLD_SECRET = One("kubernetes:external-secrets.io/v1beta1:ExternalSecret", EXTERNAL_SECRET.props)
SECRET = One("kubernetes:core/v1:Secret", {"stringData": {"token": "t" * 32}})

Rule = Callable[[Any], Iterator[str]]
RULES: list[tuple[Rule, One, list[One]]] = [
    (
        github.webhook,
        WEBHOOK,
        [
            WEBHOOK.changed("configuration.insecureSsl", True),
            WEBHOOK.changed("configuration.url", f"http://flux.example.com{PATH}"),
            WEBHOOK.changed("configuration.contentType", "form"),
            WEBHOOK.changed("configuration.contentType", None),
            WEBHOOK.changed("configuration.secret", ""),
            WEBHOOK.changed("configuration.secret", None),
        ],
    ),
    (
        github.webhook_events,
        WEBHOOK,
        [WEBHOOK.changed("events", ["*"]), WEBHOOK.changed("events", ["push", "member"])],
    ),
    (
        github.deploy_key,
        KEY,
        [
            KEY.changed("key", rsa_key(2048)),
            KEY.changed("key", line(ec.generate_private_key(ec.SECP256R1()).public_key())),
            KEY.changed("key", "ssh-rsa AAAA"),
            KEY.changed("key", "ssh-rsa"),
        ],
    ),
    (github.protected, GPG_KEY, [One(github.GPG_KEY, {}, opts=Options(False))]),
    (aws.encrypted, PARAMETER, [PARAMETER.changed("type", "String")]),
    (
        aws.size,
        PARAMETER,
        [
            PARAMETER.changed("value", "x" * 4097),
            PARAMETER.changed("value", "ü" * 2049),
            PARAMETER.changed("value", "x" * 8193).changed("tier", "Advanced"),
        ],
    ),
    (
        aws.own_key,
        PARAMETER,
        [PARAMETER.changed("keyId", None), PARAMETER.changed("keyId", "alias/aws/ssm")],
    ),
    (
        kubernetes.receiver,
        RECEIVER,
        [RECEIVER.changed("spec.type", "generic"), RECEIVER.changed("spec.events", [])],
    ),
    (
        kubernetes.receiver_resources,
        RECEIVER,
        [
            RECEIVER.changed("spec.resources.0.kind", "Kustomization"),
            RECEIVER.changed("spec.resources.0.namespace", "other"),
        ],
    ),
    (
        kubernetes.http_route,
        ROUTE,
        [
            ROUTE.changed("spec.rules.0.matches.0.path.type", "PathPrefix"),
            ROUTE.changed("spec.rules.0.matches", None),
            ROUTE.changed("spec.rules.0.backendRefs.0.name", "other"),
        ],
    ),
    (
        kubernetes.external_secret,
        EXTERNAL_SECRET,
        [OLD_SECRET, EXTERNAL_SECRET.changed("spec.target.deletionPolicy", None)],
    ),
    (kubernetes.no_secret, EXTERNAL_SECRET, [SECRET]),
    (
        kubernetes.interval,
        SOURCE,
        [SOURCE.changed("spec.interval", each) for each in ("10s", "25h", "500ms")],
    ),
    (
        engine.explicit_provider,
        WEBHOOK,
        [
            One(github.WEBHOOK, {}, provider=Named("default_6_15_0")),
            One("kubernetes:core/v1:Namespace", {}, provider=None),
        ],
    ),
]


@pytest.mark.parametrize(
    ("rule", "good", "bad"), RULES, ids=lambda each: getattr(each, "__name__", "")
)
def test_a_rule_lets_the_good_pass_and_names_what_is_wrong_without_a_value(
    rule: Rule, good: One, bad: list[One]
) -> None:
    for other in (good, WEBHOOK, KEY, PARAMETER, RECEIVER, ROUTE, SOURCE, EXTERNAL_SECRET):
        assert list(rule(other)) == []
    for each in bad:
        (told,) = rule(each)
        for value in leaves(each.props):
            assert value not in told


def leaves(value: object) -> Iterator[str]:
    """Every text in properties that is long enough to be a secret."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from leaves(each)
    elif len(str(value)) >= 32:
        yield str(value)


def test_a_long_rsa_key_is_strong() -> None:
    assert github.is_strong(rsa_key(3072))
    assert not github.is_strong(rsa_key(2048))


def test_a_duration_of_several_units_is_added_up() -> None:
    assert not list(kubernetes.interval(SOURCE.changed("spec.interval", "1h30m15s")))


def test_the_limits_are_those_of_the_program() -> None:
    assert aws.BYTES == PARAMETER_BYTES


STACK = [WEBHOOK, RECEIVER, ROUTE, KEY, PARAMETER]
INGRESS = One(
    stack.INGRESS, {"spec": {"rules": [{"http": {"paths": [{"path": PATH}]}}]}}, "o/r/ingress"
)
SERVICE = One(stack.SERVICE, {"spec": {"type": "NodePort"}}, "cluster/service")
OTHER = "https://flux.example.com/hook/" + "1" * 64


@pytest.mark.parametrize(
    ("rule", "broken", "said"),
    [
        (stack.webhooks, [WEBHOOK.changed("configuration.url", OTHER), RECEIVER], ["no Receiver"]),
        (stack.webhooks, [WEBHOOK], ["no Receiver"]),
        (stack.webhooks, [WEBHOOK, RECEIVER.changed("status", None)], ["no Receiver"]),
        (stack.receivers, [RECEIVER], ["no webhook", "no HTTPRoute, Ingress or Service"]),
        (stack.receivers, [RECEIVER, WEBHOOK], ["no HTTPRoute"]),
        (stack.receivers, [RECEIVER, ROUTE], ["no webhook"]),
        (stack.writable_keys, [KEY.changed("readOnly", False)], ["nothing of its application"]),
        (
            stack.prefix,
            [PARAMETER, PARAMETER.changed("name", "/other/o/r")],
            ["2 different segments"],
        ),
    ],
)
def test_a_stack_that_breaks_a_rule_is_told(
    rule: Callable[[Any], Iterator[tuple[str, str]]], broken: list[One], said: list[str]
) -> None:
    assert list(rule(STACK)) == []
    told = list(rule(broken))
    assert len(told) == len(said)
    for (message, urn), words in zip(told, said, strict=True):
        assert words in message
        assert not re.search(r"[01]{64}", message)
        assert urn in {each.urn for each in broken}


@pytest.mark.parametrize("way", [INGRESS, SERVICE], ids=["ingress", "service"])
def test_another_way_in_than_a_route_is_one_too(way: One) -> None:
    assert list(stack.receivers([WEBHOOK, RECEIVER, way])) == []


def test_a_writable_key_is_for_an_automation_of_its_application() -> None:
    assert list(stack.writable_keys([KEY.changed("readOnly", False), AUTOMATION])) == []


def test_the_page_lists_every_policy_with_its_level() -> None:
    groups = re.split(r"^(MANDATORY|ADVISORY|OF_THE_STACK)\b", PACK, flags=re.MULTILINE)[1:]
    named = dict(zip(groups[::2], groups[1::2], strict=True))
    levels = {
        name: "advisory" if group == "ADVISORY" else "mandatory"
        for group, text in named.items()
        for name in re.findall(r'^    "([a-z-]+)": ', text, re.MULTILINE)
    }
    assert len(levels) == 18
    assert dict(re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", PAGE, re.MULTILINE)) == levels
