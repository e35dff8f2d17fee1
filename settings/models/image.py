"""The container image of an application."""

from typing import Literal

from pydantic import Field, model_validator

from components.values.types import Duration, Values

RUN_ID = r"^[0-9]+$"
"""Tags that are a number alone, such as the id of a run in GitHub Actions, which only grows."""


class ImagePolicy(Values):
    """Which tag is the newest.

    Source: image-reflector-controller `docs/spec/v1/imagepolicies.md`.
    """

    type: Literal["numerical", "semver", "alphabetical"] = Field(
        default="numerical", description="how tags are compared"
    )
    order: Literal["asc", "desc"] | None = Field(
        default=None, description="asc: the highest is the newest, as by default; not with semver"
    )
    range: str | None = Field(
        default=None, min_length=1, description="versions to take, with semver: >=1.0.0 <2.0.0"
    )
    pattern: str | None = Field(
        default=None,
        description="regular expression of the tags to compare; ^[0-9]+$ with numerical, else all",
    )
    extract: str | None = Field(
        default=None, min_length=1, description="the part of the pattern to compare: $number"
    )

    @model_validator(mode="after")
    def _fit(self) -> "ImagePolicy":
        if self.type == "semver" and not self.range:
            raise ValueError("has type semver, so write its range too")
        if self.type != "semver" and self.range:
            raise ValueError(f"has a range, which {self.type} lacks; write `type: semver`")
        if self.type == "semver" and self.order:
            raise ValueError("has an order, which semver lacks; remove it")
        if self.extract and not self.pattern:
            raise ValueError("has extract, so write its pattern too")
        return self

    @property
    def choice(self) -> dict[str, dict[str, str]]:
        """`spec.policy` of an ImagePolicy."""
        if self.range:
            return {"semver": {"range": self.range}}
        return {self.type: {"order": self.order or "asc"}}

    @property
    def filter(self) -> dict[str, str]:
        """`spec.filterTags` of an ImagePolicy; empty when every tag is compared."""
        pattern = self.pattern or (RUN_ID if self.type == "numerical" else "")
        parts = {"pattern": pattern, "extract": self.extract or ""}
        return {key: text for key, text in parts.items() if text}


class Image(Values):
    """The container image of an application."""

    name: str = Field(
        pattern=r"^[^\s@]+$", description="image name with its registry, without tag or digest"
    )
    private: bool = Field(default=False, description="whether pulling needs `registryToken`")
    automation: bool = Field(
        default=True, description="whether the bot commits the newest tag to the branch"
    )
    interval: Duration = Field(default="1m", description="how often Flux looks for new tags")
    policy: ImagePolicy = Field(default=ImagePolicy(), description="which tag is the newest")
