"""Random configurations of a stack, for hypothesis: valid ones, and whatever a file may contain."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from components.rules.kubernetes import object_name
from settings.messages import APPLICATION_KEYS, SECRETS, STACK_KEYS
from settings.models.group import Group, group_in, keys_of

Config = dict[str, Any]

NAMES = st.from_regex(r"[a-z]([-a-z0-9]{0,6}[a-z0-9])?", fullmatch=True)
BRANCHES = st.sampled_from(["main", "release/1.x", "feat/🚀", "überall"])
DURATIONS = st.sampled_from(["30s", "1m", "5m", "1h30m"])
EVENTS = st.sets(st.sampled_from(["push", "release", "create", "package"]), min_size=1)


def _without_none(values: Mapping[str, object]) -> Config:
    return {key: value for key, value in values.items() if value is not None}


@st.composite
def applications(draw: st.DrawFn, repository: str, *, with_image: bool) -> Config:
    """An entry of a repository; the image needs a bot and a registry token."""
    events = draw(st.none() | EVENTS)
    kinds: list[Config] = [
        {},
        {"kustomization": {"path": "./deploy", "prune": False, "interval": "1h"}},
        {"helmRelease": {"chart": "./chart", "valuesFiles": ["a.yaml", "b.yaml"]}},
    ]
    delivery: Config = draw(st.sampled_from(kinds))
    image = draw(st.sampled_from([None, {"name": "ghcr.io/o/r", "private": True}]))
    own: Config = {**delivery, "image": image if with_image else None}
    if draw(st.booleans()):
        # So long that no entry is called the same.
        name = f"{object_name(repository)}-delivered-as-one-of-"
        own = {"deliveries": [{"name": f"{name}two", **_without_none(own)}, {"name": f"{name}2"}]}
    # The bot must be able to push.
    writable = st.just(True) if with_image and image else st.booleans()
    named = draw(st.none() | NAMES)
    return _without_none(
        {
            "repository": repository,
            "name": f"{named}-{object_name(repository)}" if named else None,
            "branch": draw(st.none() | BRANCHES),
            "interval": draw(st.none() | DURATIONS),
            "deployKey": draw(st.none() | st.fixed_dictionaries({"writable": writable})),
            "webhook": {"events": sorted(events)} if events else None,
            "receiver": {"events": ["ping", *sorted(events)]} if events else None,
            **own,
        }
    )


@st.composite
def stacks(draw: st.DrawFn) -> Config:
    """A whole configuration that is meant to be valid, secrets included."""
    with_bot = draw(st.booleans())
    owners = st.sampled_from(["", "other-owner/", "third_acme/"])
    repositories = draw(
        st.lists(
            st.builds(str.__add__, owners, NAMES),
            min_size=1,
            max_size=4,
            # An entry's objects have the repository's name, without the owner.
            unique_by=lambda each: each.rpartition("/")[2].lower(),
        )
    )
    secrets = {"registryToken": "registry" + "-token", "botPassphrase": "pass" + "phrase"}
    bot = {"login": "bot", "name": "Bot", "email": "bot@example.com"}
    signing = draw(st.sampled_from(["openpgp", "ssh"]))
    return {
        "tokenLength": draw(st.integers(32, 64)),
        "parameterPrefix": draw(st.sampled_from(["/github", "/a/b"])),
        "applications": [
            draw(applications(repository, with_image=with_bot)) for repository in repositories
        ],
        **({"registryToken": secrets["registryToken"]} if with_bot else {}),
        **({"bot": {**bot, "signing": signing}} if with_bot else {}),
        **(
            {"botPassphrase": secrets["botPassphrase"]} if with_bot and signing == "openpgp" else {}
        ),
    }


def _all_keys(group: type[Group], seen: set[type[Group]]) -> set[str]:
    seen.add(group)
    found: set[str] = set()
    for name, key in keys_of(group).items():
        found.add(name)
        inner = group_in(key.annotation)
        if inner and inner not in seen:
            found |= _all_keys(inner, seen)
    return found


KEYS = sorted({each for group in Group.__subclasses__() for each in _all_keys(group, set())})
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)  # fmt: skip
TEXTS = st.text(max_size=12) | st.sampled_from(
    [
        *(
            "push",
            "ping",
            "main",
            "./deploy",
            "1m",
            "0s",
            "a/b",
            "openpgp",
            "ssh",
            "slack",
            "generic",
        ),
        *(
            "/github/x",
            "flux.example.com",
            "https://example.com",
            "ghcr.io/o/r",
            "kubernetes",
            "1.2.3",
        ),
    ]
)
"""Any text, and texts that are right somewhere."""
VALUES: st.SearchStrategy[object] = st.recursive(
    LEAVES | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)
"""Whatever may stand below a key."""
PUBLIC_KEYS = sorted({*STACK_KEYS, *APPLICATION_KEYS, "applications"} - SECRETS)
EVERYTHING = st.dictionaries(st.sampled_from(PUBLIC_KEYS) | st.text(max_size=6), VALUES, max_size=6)
"""Whatever a file may contain, secrets left out."""
