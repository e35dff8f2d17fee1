"""Image automation: which tag is the newest, who commits it, and that the rest of the application stays."""

import re
from typing import Any

import pytest
import yaml

import settings
from components.rules.flux import BACKGROUND_DELETION
from settings import models
from tests.unit.conftest import ROOT, Engine, owned, raw, revealed
from tests.unit.program.test_program import spec

BOT = {"login": "echo-bot", "name": "Echo Bot", "email": "bot@example.com"}
KINDS = ("ImageRepository", "ImagePolicy", "ImageUpdateAutomation")


def up(engine: Engine, **image: object) -> Engine:
    engine.up(
        bot=BOT,
        registryToken="gh" + "p_registry",
        applications=[
            {
                "repository": "echo-server",
                "branch": "release",
                "image": {"name": "ghcr.io/o/echo-server", **image},
                "kustomization": {"path": "./deploy"},
            }
        ],
    )
    return engine


def test_an_image_without_more_is_scanned_compared_by_number_and_committed(engine: Engine) -> None:
    up(engine)
    assert spec(engine.one("ImageRepository")) == {
        "image": "ghcr.io/o/echo-server",
        "interval": "1m",
        "exclusionList": [r"^.*\.sig$"],
    }
    assert spec(engine.one("ImagePolicy")) == {
        "imageRepositoryRef": {"name": "echo-server"},
        "policy": {"numerical": {"order": "asc"}},
        "filterTags": {"pattern": "^[0-9]+$"},
    }
    automation = spec(engine.one("ImageUpdateAutomation"))
    assert automation["sourceRef"] == {"kind": "GitRepository", "name": "echo-server"}
    assert automation["update"] == {"strategy": "Setters", "path": "./deploy"}
    git: dict[str, dict[str, object]] = automation["git"]  # type: ignore[assignment]
    assert git["checkout"]["ref"] == git["push"] == {"branch": "release"}
    commit = git["commit"]
    assert commit["author"] == {"name": "Echo Bot", "email": "bot@example.com"}
    assert commit["signingKey"] == {
        "type": "gpg",
        "secretRef": {"name": "echo-server-gpgkey"},
    }
    assert ".Changed" in str(commit["messageTemplate"])
    assert ".Updated" not in str(commit["messageTemplate"])


def test_a_private_image_is_scanned_with_the_token_it_is_pulled_with(engine: Engine) -> None:
    up(engine, private=True)
    assert spec(engine.one("ImageRepository"))["secretRef"] == {"name": "echo-server-docker"}


def test_the_automation_follows_its_own_policy_alone(engine: Engine) -> None:
    up(engine)
    labels = revealed(engine.one("ImagePolicy").inputs["metadata"])["labels"]  # type: ignore[index]
    selector = spec(engine.one("ImageUpdateAutomation"))["policySelector"]
    assert labels == {"app.kubernetes.io/instance": "echo-server"}
    assert selector == {"matchLabels": labels}


@pytest.mark.parametrize(
    ("policy", "choice", "filter_tags"),
    [
        ({"order": "desc"}, {"numerical": {"order": "desc"}}, {"pattern": "^[0-9]+$"}),
        ({"type": "semver", "range": ">=1.0.0"}, {"semver": {"range": ">=1.0.0"}}, None),
        ({"type": "alphabetical"}, {"alphabetical": {"order": "asc"}}, None),
        (
            {"pattern": "^main-(?P<run>[0-9]+)$", "extract": "$run"},
            {"numerical": {"order": "asc"}},
            {"pattern": "^main-(?P<run>[0-9]+)$", "extract": "$run"},
        ),
    ],
    ids=["desc", "semver", "alphabetical", "extract"],
)
def test_a_policy_says_which_tag_is_the_newest(
    engine: Engine, policy: dict[str, str], choice: object, filter_tags: object
) -> None:
    up(engine, policy=policy)
    found = spec(engine.one("ImagePolicy"))
    assert found["policy"] == choice
    assert found.get("filterTags") == filter_tags


def test_what_flux_finalizes_is_deleted_in_the_background(engine: Engine) -> None:
    up(engine)
    for kind in KINDS:
        metadata: Any = revealed(engine.one(kind).inputs["metadata"])
        owners = owned("developer-friendly/echo-server")
        assert metadata["annotations"] == BACKGROUND_DELETION | owners


def test_without_automation_nothing_is_scanned_or_pushed(engine: Engine) -> None:
    up(engine, private=True, automation=False)
    assert not [each for kind in KINDS for each in engine.of(kind)]
    assert engine.one("RepositoryDeployKey").inputs["readOnly"] is True
    secrets = {each.name.rpartition("/")[2] for each in engine.of("ExternalSecret")}
    assert "docker" in secrets
    assert "gpgkey" not in secrets


def test_the_deploy_key_may_push_when_the_bot_commits(engine: Engine) -> None:
    up(engine)
    assert engine.one("RepositoryDeployKey").inputs["readOnly"] is False


def test_the_hook_comes_last_also_with_an_image(engine: Engine) -> None:
    up(engine)
    custom = [each for each in engine.registered if not each.typ.startswith("fluxhook:")]
    assert custom[-1].typ.endswith("RepositoryWebhook")


def test_an_image_is_automated_unless_it_says_otherwise() -> None:
    image = {"name": "ghcr.io/o/r"}
    app = models.Application.model_validate({"repository": "o/r", "name": "r", "image": image})
    assert app.automated
    assert not app.model_copy(update={"image": None}).automated


def test_what_the_page_shows_is_taken_as_it_stands() -> None:
    page = (ROOT / "docs" / "image-automation.md").read_text()
    shown = yaml.safe_load(page.partition("```yaml\n")[2].partition("```")[0])["config"]
    own = {key.removeprefix("fluxhook:"): value for key, value in shown.items()}
    assert settings.parse(raw(own), "unit")[1] == []
    rows = re.findall(r"^\| `(\{.*\})` \|", page, re.MULTILINE)
    assert len(rows) == 3
    for row in rows:
        own["applications"][0]["image"]["policy"] = yaml.safe_load(row)
        assert settings.parse(raw(own), "unit")[1] == [], row
