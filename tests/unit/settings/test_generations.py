"""Generations in a stack file: whose hold, which names they make, and which lists are refused."""

import pytest

import settings
from tests.unit.conftest import CONFIG, raw
from tests.unit.examples import APP, BOT, app, faults

LISTS = ("webhookToken", "deployKey", "registryToken", "signingKey")
OF_STACK = "fluxhook:generations"
OF_ENTRY = "fluxhook:applications[0].generations"
PRIVATE = {"name": "ghcr.io/o/r", "private": True}
ECHO = "/github/developer-friendly/echo-server"


def parsed(**changes: object) -> settings.Settings:
    found, told = settings.parse(raw({**CONFIG, **changes}), "unit")
    assert told == []
    return found


def names(**changes: object) -> list[str]:
    """The SSM names of a stack."""
    return [each.name for each in settings.parameter_names(parsed(**changes))]


def test_an_entry_takes_what_it_does_not_write_from_the_stack() -> None:
    entries = [app(generations={"deployKey": [3]}), {"repository": "shop"}]
    found = parsed(generations={"webhookToken": [1, 2], "deployKey": [2]}, applications=entries)
    echo, shop = map(found.generations, found.applications)
    assert (echo.webhook_token, echo.deploy_key, echo.registry_token) == ((1, 2), (3,), (1,))
    assert (shop.webhook_token, shop.deploy_key, shop.registry_token) == ((1, 2), (2,), (1,))


def test_each_generation_has_ssm_names_of_its_own() -> None:
    assert names(
        bot=BOT,
        botPassphrase="words",
        registryToken="token",
        applications=[app(image=PRIVATE, deployKey={"parameter": "/mine"})],
        generations={key: [1, 2] for key in LISTS},
    ) == [
        "/github/gpg-keys/bot",
        "/github/gpg-keys/bot-g2",
        "/github/gpg-keys/bot/passphrase",
        "/mine",
        "/mine-g2",
        f"{ECHO}/ghcr-token",
        f"{ECHO}/ghcr-token-g2",
        f"{ECHO}/flux-system/receiver/token",
        f"{ECHO}/flux-system/receiver/token-g2",
    ]


def test_a_cluster_sync_has_the_generations_of_the_stack() -> None:
    sync = {"repository": "fleet", "path": "./east"}
    made = names(clusterSync=sync, generations={"deployKey": [1, 2]})
    east = "/github/developer-friendly/fleet/east"
    assert {f"{east}/deploy-key", f"{east}/deploy-key-g2", f"{east}/receiver/token"} < set(made)


def test_a_name_that_only_a_generation_makes_is_refused_when_another_secret_has_it() -> None:
    taken = app(deployKey={"parameter": f"{ECHO}/flux-system/receiver/token-g2"})
    assert faults(applications=[taken]) == []
    (told,) = faults(applications=[taken], generations={"webhookToken": [1, 2]})
    assert f"is the SSM name {ECHO}/flux-system/receiver/token-g2" in told


def test_a_receiver_that_only_a_generation_makes_is_refused_when_another_entry_has_its_name() -> (
    None
):
    entries = [app(), {"repository": "echo-server-g2"}]
    assert faults(applications=entries) == []
    assert faults(applications=entries, generations={"webhookToken": [1, 3]}) == []
    (told,) = faults(applications=entries, generations={"webhookToken": [1, 2]})
    assert told == (
        "fluxhook:applications[1].receiver.name: is echo-server-g2, as the Receiver of generation 2"
        " of applications[0] is called; write another"
    )


@pytest.mark.parametrize("key", LISTS)
@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ([], ": is an empty list; write at least one entry"),
        ([0], "[0]: is too small; the least is 1"),
        (
            [2, 1],
            ": is not ascending; write each generation once and the newest last, such as [1, 2]",
        ),
        ([1, 1], ": is not ascending; write each generation once"),
        (["new"], "[0]: must be a whole number"),
        (2, ": must be a list"),
    ],
)
def test_a_list_that_is_none_of_generations_is_refused(
    key: str, written: object, fault: str
) -> None:
    (told,) = faults(generations={key: written}, bot=BOT)
    assert told.startswith(f"{OF_STACK}.{key}{fault}")
    if key != "signingKey":
        own = faults(
            applications=[app(generations={key: written}, image={**PRIVATE, "automation": False})],
            registryToken="t",
        )
        assert [each.startswith(f"{OF_ENTRY}.{key}{fault}") for each in own] == [True]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"generations": {"signingKey": [2]}},
            f"{OF_STACK}.signingKey: is of no use without a bot; write `bot` too, or remove it",
        ),
        (
            {"applications": [app(generations={"registryToken": [2]})]},
            f"{OF_ENTRY}.registryToken: is of no use without a private image; remove it",
        ),
        (
            {
                **APP,
                "applications": [app(credentials="github-app", generations={"deployKey": [2]})],
            },
            f"{OF_ENTRY}.deployKey: is of no use with credentials github-app; remove it",
        ),
    ],
)
def test_generations_of_what_there_is_none_of_are_refused(
    changes: dict[str, object], fault: str
) -> None:
    assert faults(**changes) == [fault]


def test_the_signing_key_is_the_stacks_alone() -> None:
    (told,) = faults(applications=[app(generations={"signingKey": [2]})])
    assert told.startswith(f"{OF_ENTRY}.signingKey: is not a known key")


def test_the_environment_of_a_pull_request_begins_with_the_first_generation() -> None:
    environment = {"name": "pr-1", "branch": "change"}
    entries = [app(generations={"deployKey": [4]})]
    found = parsed(
        ephemeral=environment, generations={"webhookToken": [1, 2]}, applications=entries
    )
    (echo,) = map(found.generations, found.applications)
    assert (echo.webhook_token, echo.deploy_key) == ((1,), (1,))
