"""All deliveries of an application: the one that it has itself, or those of its list, each with its image."""

from collections.abc import Sequence
from dataclasses import replace

import pulumi
import pulumi_aws as aws

from components.application.args import ApplicationArgs
from components.application.delivery import Delivery, DeliveryArgs
from components.application.image import Image, ImageArgs, ImageOptions
from components.objects.place import Place
from components.rules import defaults, parameter_names
from components.rules.generations import FIRST
from components.secrets.secrets import Secrets

OWN = ("kustomization", "helm_release", "image")
"""Inputs of an application that describe its one delivery."""


def delivered(args: ApplicationArgs, object_name: str) -> Sequence[DeliveryArgs]:
    """Return the deliveries; the one of an application without a list is called `object_name`, like the application.

    Raises:
        ValueError: the list stands beside the inputs of a single delivery; the message names them.
    """
    if "deliveries" not in args:
        own = {key: value for key, value in args.items() if key in OWN}
        return [DeliveryArgs(name=object_name, **own)]  # type: ignore[typeddict-item]
    if beside := [key for key in OWN if key in args]:
        raise ValueError(
            f"{args['repository']}: `deliveries` stands beside {', '.join(beside)}; write them in the list"
        )
    return args["deliveries"]


def commits(args: ApplicationArgs, image: ImageOptions | None) -> bool:
    """Return whether the bot commits the tags of an image."""
    return image is not None and "committer" in args and image.get("automation", True)


class Deliveries:
    """Creates them. One with the application's name has the logical names of a single one, so a list can replace it."""

    def __init__(
        self, args: ApplicationArgs, place: Place, owner: str, source_name: pulumi.Output[str]
    ) -> None:
        """Create all at the application's `place`; `owner` begins SSM names, `source_name` is the GitRepository."""
        self._args, self._place, self._owner, self._source_name = args, place, owner, source_name
        self.sources: dict[str, list[pulumi.Input[str]]] = {"GitRepository": [source_name]}
        """Names of all Flux sources by kind."""
        self.kustomizations: list[pulumi.Input[str]] = []
        """Names of the Kustomizations."""
        self.parameters: dict[str, aws.ssm.Parameter] = {}
        """SSM parameters by purpose, which begins with the delivery's name unless that is the application's."""
        self.made: list[pulumi.Resource] = []
        """What must exist before GitHub announces a push."""
        for each in delivered(args, place.object_name):
            self._add(each)

    def _add(self, args: DeliveryArgs) -> None:
        name = args["name"]
        is_named_as_all = name == self._place.object_name
        logical = self._place.name if is_named_as_all else f"{self._place.name}/{name}"
        place = replace(self._place, name=logical, object_name=name)
        secrets = Secrets(place.name, self._args.get("secrets", {}), place.parent)
        owner = parameter_names.of_delivery(self._owner, self._place.object_name, name)
        delivery = Delivery(place, owner, self._source_name, args, secrets)
        self.made.append(delivery.applied_by)
        if delivery.charts:
            self.sources.setdefault("HelmRepository", []).append(delivery.charts)
        if "helm_release" not in args:
            self.kustomizations.append(name)
        found = dict(secrets.parameters)
        if image := self._image(place, owner, args.get("image"), delivery.path):
            found |= image.parameters
            self.made += filter(None, [image.automation])
        beginning = "" if is_named_as_all else f"{name}/"
        self.parameters |= {f"{beginning}{purpose}": each for purpose, each in found.items()}

    def _image(
        self, place: Place, owner: str, options: ImageOptions | None, path: str
    ) -> Image | None:
        args = self._args
        if options is None or not ("token" in options or commits(args, options)):
            return None
        prefix = args.get("secrets", {}).get("parameter_prefix", defaults.PARAMETER_PREFIX)
        image: ImageArgs = {
            "image": {"parameter": parameter_names.registry_token(prefix, owner), **options},
            "repository": args["repository"],
            "object_name": place.object_name,
            "namespace": place.namespace,
            "source_name": self._source_name,
            "branch": args.get("branch", defaults.BRANCH),
            "path": path,
            "generations": args.get("generations", {}).get("registry_token", FIRST),
            "secrets": args.get("secrets", {}),
        }
        if "committer" in args:
            image["committer"] = args["committer"]
        return Image(place.name, image, pulumi.ResourceOptions(parent=place.parent))
