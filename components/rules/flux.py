"""Rules of Flux: API versions, the Receiver's path and filter, durations."""

import hashlib
import json
import re

SOURCE = "source.toolkit.fluxcd.io/v1"
KUSTOMIZE = "kustomize.toolkit.fluxcd.io/v1"
HELM = "helm.toolkit.fluxcd.io/v2"
NOTIFICATION = "notification.toolkit.fluxcd.io/v1"
ALERTS = "notification.toolkit.fluxcd.io/v1beta3"
IMAGE = "image.toolkit.fluxcd.io/v1"
OPERATOR = "fluxcd.controlplane.io/v1"
"""API versions that Flux 2.9 and flux-operator serve."""

BACKGROUND_DELETION = {"pulumi.com/deletionPropagationPolicy": "background"}
"""Annotation of objects that a Flux controller finalizes.

They own no other object in the cluster. A foreground deletion adds a finalizer of its own, which the garbage collector
may remove while the controller removes its finalizer; the controller's patch is then refused, and it retries after up
to 15 minutes.
"""

WATCH_LABEL = {"reconcile.fluxcd.io/watch": "Enabled"}
"""Label of Secrets whose new values the Flux controllers take at once.

Source: notification-controller `docs/spec/v1/receivers.md`, "Secret reference".
"""

REQUESTED = "reconcile.fluxcd.io/requestedAt"
"""Annotation by which a reconciliation is asked for; `status.lastHandledReconcileAt` repeats it once it is done.

Source: fluxcd/pkg `apis/meta/annotations.go`.
"""

RELEASE_NAME_LENGTH = 53
"""Longest name of a Helm release. Source: helm-controller `api/v2/helmrelease_types.go`, `ReleaseName`."""

_HOOK_PATH = re.compile(r"/hook/\w+")
_DURATION = re.compile(r"([0-9]+(\.[0-9]+)?(ms|s|m|h))+")


def receiver_path(token: str, name: str, namespace: str) -> str:
    """Return the path on which notification-controller serves a Receiver; it is as secret as the token.

    Source: notification-controller `api/v1/receiver_types.go`, `GetWebhookPath`: no separators.
    """
    return f"/hook/{hashlib.sha256(f'{token}{name}{namespace}'.encode()).hexdigest()}"


def wait_for_path(path: str) -> str:
    """Return a `pulumi.com/waitFor` that is met once a Receiver serves `path`.

    It contains only the last 8 of the path's 64 digits, because the Kubernetes plugin prints wait conditions on the
    screen and in events, even where the annotation is secret.

    Source: pulumi-kubernetes `provider/pkg/await/condition/jsonpath.go`; RFC 9535, `match`.
    """
    return f"jsonpath={{.status[?match(@, '/hook/.*{path[-8:]}')]}}"


def masked(text: str) -> str:
    """Return a text on one line, without receiver paths.

    notification-controller repeats the path in a Receiver's message, and whoever has it can call it.
    """
    return " ".join(_HOOK_PATH.sub("/hook/…", text).split())


def branch_filter(branch: str) -> str:
    """Return a Receiver's `resourceFilter` (CEL) for pushes to `branch`, and for events without a ref, such as ping.

    CEL refuses the surrogate pairs that JSON writes for characters beyond U+FFFF, so those stay as they are.

    Source: notification-controller `docs/spec/v1/receivers.md`, "Filtering reconciled objects with CEL".
    """
    ref = json.dumps(f"refs/heads/{branch}", ensure_ascii=False)
    return f"!has(req.ref) || req.ref == {ref}"


def is_duration(text: str) -> bool:
    """Return whether `text` is a duration as the Flux CRDs take it (`1m`, `1h30m`, `60s`)."""
    return _DURATION.fullmatch(text) is not None
