"""New image tags: Flux looks for them in the registry, and the bot commits the newest to the branch."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components import values
from components._order import after
from components._rules import DELETED_BY_FLUX, FLUX_IMAGE, given

SIGNATURES = r"^.*\.sig$"
"""Tags under which cosign keeps its signatures: they are no images."""
INSTANCE = "app.kubernetes.io/instance"
MESSAGE = """\
Update image tags of {{ .AutomationObject.Name }}

{{ range .Changed.Changes }}{{ .OldValue }} -> {{ .NewValue }}
{{ end }}"""
"""`.Updated`, which the guides use, stalls the automation since Flux 2.9."""


class ImageAutomationArgs(TypedDict):
    """Inputs of an ImageAutomation."""

    object_name: pulumi.Input[str]
    """Name of the three objects, and of the policy in the manifests' markers."""
    namespace: pulumi.Input[str]
    """Namespace of the objects and their Secrets, and of the policy in the manifests' markers."""
    image: values.Image
    """The image, which of its tags is the newest, and how often Flux looks at the registry and the branch."""
    pull_secret_name: NotRequired[pulumi.Input[str] | None]
    """Secret of type kubernetes.io/dockerconfigjson; defaults to none, for a public image."""
    source_name: pulumi.Input[str]
    """Name of the GitRepository, whose deploy key must be writable."""
    branch: pulumi.Input[str]
    """The branch to commit to."""
    path: pulumi.Input[str]
    """Directory whose markers are followed, beginning with `./`."""
    bot: values.Bot
    """Who commits, and how it signs."""
    signing_secret_name: pulumi.Input[str]
    """Secret with git.asc and, if the key has one, its passphrase; or, for SSH, with identity."""


class ImageAutomation(pulumi.ComponentResource):
    """ImageRepository, ImagePolicy and ImageUpdateAutomation of one image.

    None is awaited: a registry that has no image yet, or does not answer, must not keep the webhook from being made.
    The automation follows this policy alone, so that no other application's stops it.

    Source: image-reflector-controller `docs/spec/v1`; image-automation-controller
    `docs/spec/v1/imageupdateautomations.md`.
    """

    object_name: pulumi.Output[str]
    """Name of the objects; known once all exist."""

    def __init__(
        self, name: str, args: ImageAutomationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the three objects."""
        super().__init__("fluxhook:index:ImageAutomation", name, {}, opts)
        self._name, self._args = name, args
        image, bot, branch = args["image"], args["bot"], args["branch"]
        pull_secret = args.get("pull_secret_name")
        repository = self._object(
            "ImageRepository",
            {
                "image": image.name,
                "interval": image.interval,
                "exclusionList": [SIGNATURES],
                **({"secretRef": {"name": pull_secret}} if pull_secret else {}),
            },
        )
        policy = self._object(
            "ImagePolicy",
            given(
                imageRepositoryRef={"name": after(repository, args["object_name"])},
                policy=image.policy.choice,
                filterTags=image.policy.filter,
            ),
        )
        instance = after(policy, args["object_name"])
        automation = self._object(
            "ImageUpdateAutomation",
            {
                "sourceRef": {"kind": "GitRepository", "name": args["source_name"]},
                "interval": image.interval,
                "policySelector": {"matchLabels": {INSTANCE: instance}},
                "git": {
                    "checkout": {"ref": {"branch": branch}},
                    "push": {"branch": branch},
                    "commit": {
                        "author": {"name": bot.name, "email": bot.email},
                        "messageTemplate": MESSAGE,
                        "signingKey": {
                            "type": "ssh" if bot.signing == "ssh" else "gpg",
                            "secretRef": {"name": args["signing_secret_name"]},
                        },
                    },
                },
                "update": {"strategy": "Setters", "path": args["path"]},
            },
        )
        self.object_name = after(automation, args["object_name"])
        self.register_outputs({"object_name": self.object_name})

    def _object(self, kind: str, spec: Mapping[str, object]) -> CustomResource:
        words = {"ImageRepository": "repository", "ImagePolicy": "policy"}
        object_name = self._args["object_name"]
        return CustomResource(
            f"{self._name}-image-{words.get(kind, 'update-automation')}",
            api_version=FLUX_IMAGE,
            kind=kind,
            metadata={
                "name": object_name,
                "namespace": self._args["namespace"],
                "labels": {INSTANCE: object_name},
                "annotations": DELETED_BY_FLUX,
            },
            spec=dict(spec),
            opts=pulumi.ResourceOptions(parent=self),
        )
