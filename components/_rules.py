"""Rules of Flux, GitHub, AWS and Kubernetes as pure functions: no resource, no configuration, no network."""

import hashlib
import json
import posixpath
import re
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

FLUX_SOURCE = "source.toolkit.fluxcd.io/v1"
FLUX_KUSTOMIZE = "kustomize.toolkit.fluxcd.io/v1"
FLUX_HELM = "helm.toolkit.fluxcd.io/v2"
FLUX_NOTIFICATION = "notification.toolkit.fluxcd.io/v1"
FLUX_ALERTS = "notification.toolkit.fluxcd.io/v1beta3"
FLUX_IMAGE = "image.toolkit.fluxcd.io/v1"
EXTERNAL_SECRETS = "external-secrets.io/v1"
GATEWAY_API = "gateway.networking.k8s.io/v1"
FLUX_OPERATOR = "fluxcd.controlplane.io/v1"
ALERTMANAGER_CONFIG = "monitoring.coreos.com/v1alpha1"
"""API versions that Flux 2.9 and its neighbours serve; the only place where they are written down."""

DELETED_BY_FLUX = {"pulumi.com/deletionPropagationPolicy": "background"}
"""Annotation of objects that a Flux controller finalizes.

They own nothing in the cluster's sense. A foreground deletion adds a finalizer of its own, which the garbage collector
may remove while the controller removes its; the controller's patch is then refused, and it retries after up to 15 min.
"""

WATCHED = {"reconcile.fluxcd.io/watch": "Enabled"}
"""Label of Secrets whose new values Flux's controllers take at once.

Source: notification-controller `docs/spec/v1/receivers.md`, "Secret reference".
"""

WEBHOOK_RECEIVER = "webhook-receiver"
"""Service that a way in leads to. Not `notification-controller`: that is the event server, which answers 202 and
reconciles nothing."""

ADDRESS_GIVEN = "jsonpath={.status.loadBalancer.ingress[0]}"
"""Wait of an Ingress or a load balancer: its controller has given it an address."""

RELEASE_NAME = 53
"""Longest name of a Helm release. Source: helm-controller `api/v2/helmrelease_types.go`, `ReleaseName`."""

SCAFFOLD_BASE = "kustomize/base"
"""Directory of the base that a scaffold writes."""

PARAMETER_BYTES = {"Standard": 4096, "Advanced": 8192, "Intelligent-Tiering": 8192}
"""Largest value by tier. Source: AWS Systems Manager, "Managing parameter tiers"."""

_DURATION = re.compile(r"([0-9]+(\.[0-9]+)?(ms|s|m|h))+")
_DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_REPOSITORY = re.compile(
    r"(?P<owner>[A-Za-z0-9][-A-Za-z0-9]{0,38})/(?P<name>[-._A-Za-z0-9]{1,100})"
)
_PARAMETER = re.compile(r"(/[-._A-Za-z0-9]+)+")
_PEM = re.compile(r"\s*-----BEGIN [A-Z ]+-----\r?\n[A-Za-z0-9+/=\s]+\n-----END [A-Z ]+-----\s*")
_KMS_KEY = re.compile(r"arn:[-a-z]+:kms:[-a-z0-9]+:\d{12}:key/[-A-Za-z0-9]+")
_PARAMETER_LEVELS, _PARAMETER_NAME_LENGTH = 15, 1011


def given(**fields: Any) -> dict[str, Any]:
    """`fields` without those that are None or empty: the API server's own default holds then."""
    return {key: value for key, value in fields.items() if value not in (None, "", [], {})}


def receiver_path(token: str, name: str, namespace: str) -> str:
    """The path on which notification-controller serves a Receiver; as secret as the token.

    Source: notification-controller `api/v1/receiver_types.go`, `GetWebhookPath`: no separators.
    """
    return f"/hook/{hashlib.sha256(f'{token}{name}{namespace}'.encode()).hexdigest()}"


def is_served(path: str) -> str:
    """A `pulumi.com/waitFor` that holds once a Receiver serves a path.

    It has but the last 8 of the path's 64 digits, because the Kubernetes plugin shows what it waits for, on the screen
    and in events, even where that is secret.

    Source: pulumi-kubernetes `provider/pkg/await/condition/jsonpath.go`; RFC 9535, `match`.
    """
    return f"jsonpath={{.status[?match(@, '/hook/.*{path[-8:]}')]}}"


def branch_filter(branch: str) -> str:
    """A Receiver's resourceFilter (CEL) that takes pushes to `branch` alone, and events without a ref, such as ping.

    Source: notification-controller `docs/spec/v1/receivers.md`, "Filtering reconciled objects with CEL".
    """
    return f"!has(req.ref) || req.ref == {json.dumps(f'refs/heads/{branch}')}"


def repository_id(repository: str, owner: str) -> str | None:
    """`owner/name` for `name` or `owner/name`, or None when it is neither."""
    full = repository if "/" in repository else f"{owner}/{repository}"
    match = _REPOSITORY.fullmatch(full)
    return full if match and match["name"] not in (".", "..") else None


def kubernetes_name(text: str) -> str:
    """`text` as a Kubernetes object name: lower case, everything else than letters and digits a dash."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def is_dns_label(text: str) -> bool:
    """Whether `text` is an RFC 1123 label: at most 63 lower-case letters, digits and dashes."""
    return _DNS_LABEL.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """Whether `text` is a DNS name of two labels or more that GitHub can look up: no scheme, port or address."""
    labels = text.lower().split(".")
    if len(text) > 253 or len(labels) < 2 or labels[-1] == "localhost" or labels[-1].isdigit():
        return False
    return all(map(is_dns_label, labels))


def is_duration(text: str) -> bool:
    """Whether `text` is a duration as the Flux CRDs take it (`1m`, `1h30m`, `60s`)."""
    return _DURATION.fullmatch(text) is not None


def parameter_name_fault(name: str) -> str | None:
    """What is wrong with an SSM parameter name, or None. Source: AWS SSM API, `PutParameter`, `Name`."""
    if not _PARAMETER.fullmatch(name):
        return "must be segments of letters, digits and .-_ that each begin with /"
    if name.count("/") > _PARAMETER_LEVELS:
        return f"must have at most {_PARAMETER_LEVELS} levels"
    if len(name) > _PARAMETER_NAME_LENGTH:
        return f"must have at most {_PARAMETER_NAME_LENGTH} characters"
    if re.match(r"/(aws|ssm)", name, re.IGNORECASE):
        return "must not begin with /aws or /ssm, which AWS keeps for itself"
    return None


def check_parameter_value(name: str, value: str, tier: str) -> str:
    """`value` itself when it fits the tier; the message names the parameter and never the value.

    Raises:
        ValueError: the value has more bytes than the tier takes.
    """
    size, limit = len(value.encode()), PARAMETER_BYTES[tier]
    if size > limit:
        raise ValueError(
            f"{name}: the value has {size} bytes, tier {tier} takes {limit}; set `parameterTier: Advanced`"
        )
    return value


def known_hosts(host: str, keys: list[str]) -> str:
    """A known_hosts file for `host`; sorted, so that the order of GitHub's answer changes nothing.

    `keys` are lines such as `ssh-ed25519 <base64>`. Source: GitHub REST, "Get GitHub meta information", `ssh_keys`.
    """
    return "".join(f"{host} {key}\n" for key in sorted(keys))


def is_kms_key(text: str) -> bool:
    """Whether `text` is the ARN of a KMS key; a policy cannot name a key by its alias or its id alone.

    Source: AWS KMS, "Specifying KMS keys in IAM policy statements".
    """
    return _KMS_KEY.fullmatch(text) is not None


def directory(path: str) -> str:
    """A directory of a repository without `./` before, within or behind it; `.` is the root."""
    return posixpath.normpath(path)


def is_rsa_key(text: str) -> bool:
    """Whether `text` is an RSA private key in PEM form without a passphrase, such as GitHub gives an App.

    Flux reads it with Go, which insists on lines: a key that was pasted into one is none.

    Source: GitHub, "Managing private keys for GitHub Apps"; Go `encoding/pem`.
    """
    if not _PEM.fullmatch(text):
        return False
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(key, RSAPrivateKey)


def registry_of(image: str) -> str:
    """The registry host of an image name, as Docker resolves it: `docker.io` when none is written."""
    first, _, rest = image.partition("/")
    return first if rest and ("." in first or ":" in first or first == "localhost") else "docker.io"


def secret_store_policy(parameter_arns: list[str], key_arn: str | None) -> dict[str, object]:
    """The IAM policy that the secret store's role needs to read exactly these parameters.

    Source: External Secrets, "AWS Parameter Store"; AWS KMS, "How Parameter Store uses AWS KMS".
    """
    read = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParameterHistory"]
    statements: list[dict[str, object]] = [
        {"Effect": "Allow", "Action": read, "Resource": sorted(parameter_arns)}
    ]
    if key_arn:
        statements.append({"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": [key_arn]})
    return {"Version": "2012-10-17", "Statement": statements}
