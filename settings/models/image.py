"""The container image of an application."""

from pydantic import Field

from components.rules import defaults
from components.rules.choices import PolicyOrder, PolicyType
from settings.models.group import Group
from settings.models.types import Duration, ImageName, ParameterName, Text


class ImagePolicy(Group):
    """Which tag is the newest.

    Source: image-reflector-controller `docs/spec/v1/imagepolicies.md`.
    """

    type: PolicyType = Field(
        default=PolicyType(defaults.IMAGE_POLICY), description="how tags are compared"
    )
    order: PolicyOrder | None = Field(
        default=None,
        description="asc (default): the highest tag is the newest; desc: the lowest; not with semver",
    )
    range: Text | None = Field(
        default=None, description="range of versions, only with semver, such as `>=1.0.0 <2.0.0`"
    )
    pattern: str | None = Field(
        default=None,
        description="regular expression of the tags to compare; `^[0-9]+$` with numerical, else all",
    )
    extract: Text | None = Field(
        default=None, description="part of the pattern to compare, such as `$number`"
    )


class Image(Group):
    """The container image of an application."""

    name: ImageName = Field(description="image name with its registry, without tag or digest")
    private: bool = Field(default=False, description="whether pulling needs `registryToken`")
    parameter: ParameterName | None = Field(
        default=None,
        description="SSM name of the registry token, in place of"
        " `<parameterPrefix>/<owner>/<repository>/ghcr-token`",
    )
    automation: bool = Field(
        default=True, description="whether the bot commits the newest tag to the branch"
    )
    interval: Duration = Field(
        default=defaults.IMAGE_INTERVAL, description="how often Flux looks for new tags"
    )
    policy: ImagePolicy = Field(default=ImagePolicy(), description="which tag is the newest")
