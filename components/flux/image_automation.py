"""New image tags: Flux looks for them in the registry, and the bot commits the newest to the branch."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi

from components.flux.flux_object import flux_object
from components.objects.custom_object import CustomObject
from components.objects.place import Place
from components.rules import defaults
from components.rules.choices import PolicyOrder, PolicyType
from components.rules.flux import IMAGE
from components.rules.kubernetes import without_empty

COSIGN_TAGS = r"^.*\.sig$"
"""Tags under which cosign keeps its signatures: they are not images."""
INSTANCE_LABEL = "app.kubernetes.io/instance"
MESSAGE = """\
Update image tags of {{ .AutomationObject.Name }}

{{ range .Changed.Changes }}{{ .OldValue }} -> {{ .NewValue }}
{{ end }}"""
"""The guides use `.Updated`, which stalls the automation since Flux 2.9."""


class ImagePolicyArgs(TypedDict):
    """Which tag is the newest. Source: image-reflector-controller `docs/spec/v1/imagepolicies.md`."""

    type: NotRequired[PolicyType]
    """How tags are compared; defaults to numerical."""
    order: NotRequired[PolicyOrder]
    """asc (default): the highest is the newest; not with semver."""
    range: NotRequired[str]
    """Versions to consider, with semver: >=1.0.0 <2.0.0."""
    pattern: NotRequired[str]
    """Regular expression of the tags to compare; defaults to `^[0-9]+$` with numerical, else to all."""
    extract: NotRequired[str]
    """The part of the pattern to compare, such as $number."""


def policy_choice(args: ImagePolicyArgs) -> dict[str, dict[str, str]]:
    """Return `spec.policy` of an ImagePolicy."""
    if version_range := args.get("range"):
        return {"semver": {"range": version_range}}
    kind = PolicyType(args.get("type", defaults.IMAGE_POLICY))
    return {kind.value: {"order": PolicyOrder(args.get("order", PolicyOrder.ASC)).value}}


def tag_filter(args: ImagePolicyArgs) -> dict[str, Any]:
    """Return `spec.filterTags` of an ImagePolicy; empty when all tags are compared."""
    numerical = PolicyType(args.get("type", defaults.IMAGE_POLICY)) is PolicyType.NUMERICAL
    pattern = args.get("pattern") or (defaults.RUN_ID if numerical else "")
    return without_empty(pattern=pattern, extract=args.get("extract"))


class ImageObjects:
    """Creates ImageRepository, ImagePolicy and ImageUpdateAutomation of one image.

    None is awaited: a registry that has no image yet, or does not answer, must not prevent the webhook. The automation
    follows this policy alone, so that no other application's policy stops it.

    Source: image-reflector-controller `docs/spec/v1`; image-automation-controller
    `docs/spec/v1/imageupdateautomations.md`.
    """

    def __init__(self, place: Place, interval: pulumi.Input[str]) -> None:
        """All three have one name, which the markers in the manifests use."""
        self._place, self._interval = place, interval

    def repository(self, image: str, pull_secret_name: pulumi.Input[str] | None) -> CustomObject:
        """Create the ImageRepository; the Secret, if the image is private, has a Docker configuration."""
        spec: dict[str, Any] = {
            "image": image,
            "interval": self._interval,
            "exclusionList": [COSIGN_TAGS],
        }
        if pull_secret_name:
            spec["secretRef"] = {"name": pull_secret_name}
        return self._object("image-repository", "ImageRepository", spec)

    def policy(self, repository: CustomObject, policy: ImagePolicyArgs) -> CustomObject:
        """Create the ImagePolicy."""
        spec = without_empty(
            imageRepositoryRef={"name": repository.object_name},
            policy=policy_choice(policy),
            filterTags=tag_filter(policy),
        )
        return self._object("image-policy", "ImagePolicy", spec)

    def automation(
        self,
        policy: CustomObject,
        source_name: pulumi.Input[str],
        branch: pulumi.Input[str],
        path: str,
        author: Mapping[str, pulumi.Input[str]],
        signing_key: Mapping[str, Any],
    ) -> CustomObject:
        """Create the ImageUpdateAutomation, which commits to `branch` what the markers below `path` ask for.

        `author` has name and email; `signing_key` has the type and the secretRef of the bot's key.
        """
        spec = {
            "sourceRef": {"kind": "GitRepository", "name": source_name},
            "interval": self._interval,
            "policySelector": {"matchLabels": {INSTANCE_LABEL: policy.object_name}},
            "git": {
                "checkout": {"ref": {"branch": branch}},
                "push": {"branch": branch},
                "commit": {
                    "author": author,
                    "messageTemplate": MESSAGE,
                    "signingKey": signing_key,
                },
            },
            "update": {"strategy": "Setters", "path": path},
        }
        return self._object("image-update-automation", "ImageUpdateAutomation", spec)

    def _object(self, logical_name: str, kind: str, spec: Mapping[str, Any]) -> CustomObject:
        return flux_object(
            self._place,
            logical_name,
            IMAGE,
            kind,
            spec,
            labels={INSTANCE_LABEL: self._place.object_name},
        )
