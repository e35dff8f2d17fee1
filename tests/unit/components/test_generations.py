"""Generations of keys and tokens: the sets that stand side by side, and what uses the last of them."""

from collections.abc import Callable
from typing import Any, cast

import pulumi
import pytest
from pulumi.runtime.mocks import MockResourceArgs

from components import Application, ApplicationArgs, Bot, BotArgs
from components.rules.generations import checked, generations_fault, suffix
from tests.unit.components.inputs import EXPOSURE, everything
from tests.unit.conftest import TOKEN, Engine, revealed

ALL = ("webhook_token", "deploy_key", "registry_token")
ROTATED = ("RandomPassword", "RepositoryDeployKey", "Parameter", "ExternalSecret", "Secret")
SERVED = ("Receiver", "HTTPRoute", "Ingress")


def up(engine: Engine, *numbers: int, **changes: object) -> Engine:
    generations = dict.fromkeys(ALL, numbers) if numbers else {}
    image = {"name": "ghcr.io/acme/shop", "token": TOKEN}
    args = {
        "repository": "acme/shop",
        "exposure": EXPOSURE,
        "image": image,
        "generations": generations,
    }
    engine.run(lambda: Application("acme/shop", cast(ApplicationArgs, {**args, **changes})))
    return engine


def bot(engine: Engine, *numbers: int, **changes: object) -> Engine:
    args = {**everything("bot")["Bot"], "generations": numbers, **changes}
    engine.run(lambda: Bot("bot", cast(BotArgs, args)))
    return engine


def made(engine: Engine) -> set[tuple[str, str]]:
    """Type and logical name of all resources, with their names in the cluster, in AWS or on GitHub."""
    return {
        (each.typ, f"{each.name} {title(each)}")
        for each in engine.registered
        if not each.typ.startswith("fluxhook:")
    }


def title(each: MockResourceArgs) -> str:
    inputs: Any = revealed(each.inputs)
    return str(inputs.get("metadata", {}).get("name") or inputs.get("name") or inputs.get("title"))


def names(engine: Engine, kind: str) -> set[str]:
    return {title(each) for each in engine.of(kind)}


def spec(made: MockResourceArgs) -> Any:
    return revealed(made.inputs["spec"])


def order(engine: Engine, kind: str, name: str) -> int:
    """When a resource was registered."""
    return next(
        index
        for index, each in enumerate(engine.registered)
        if each.typ.endswith(f":{kind}") and each.name == name
    )


@pytest.mark.parametrize(
    "exposure", [EXPOSURE, {"host": "h.example.com", "ingress": {"class_name": "n"}}]
)
@pytest.mark.parametrize("backend", ["external-secrets", "kubernetes"])
def test_the_first_generation_alone_has_the_names_that_there_were_before(
    backend: str, exposure: object, engine: Engine
) -> None:
    without = Engine()
    up(without, secrets={"backend": backend}, exposure=exposure)
    assert made(up(engine, 1, secrets={"backend": backend}, exposure=exposure)) == made(without)
    assert not [each for each in made(without) if "-g1" in each[1]]


@pytest.mark.parametrize(
    "exposure", [EXPOSURE, {"host": "h.example.com", "ingress": {"class_name": "n"}}]
)
@pytest.mark.parametrize("backend", ["external-secrets", "kubernetes"])
def test_a_second_set_stands_beside_the_first_and_differs_from_it_in_every_name(
    backend: str, exposure: object, engine: Engine
) -> None:
    without, alone = Engine(), Engine()
    up(without, 1, secrets={"backend": backend}, exposure=exposure)
    up(engine, 1, 2, secrets={"backend": backend}, exposure=exposure)
    up(alone, 2, secrets={"backend": backend}, exposure=exposure)
    assert made(without) < made(engine)
    assert made(alone) < made(engine)
    added = made(engine) - made(without)
    assert {each[0].rpartition(":")[2] for each in added} <= {*ROTATED, *SERVED}
    both = made(alone) & made(without)
    assert {each[0].rpartition(":")[2] for each in both} == {
        *("GitRepository", "Kustomization", "RepositoryWebhook")
    }
    assert len(both) + 2 * len(added) == len(made(engine))
    for _, each in added:
        logical, name = each.split(" ")
        assert logical.endswith("-g2")
        assert name.endswith("-g2") or "random" in name or name == "None"


def test_what_is_used_is_the_last_generation(engine: Engine) -> None:
    committer = everything("shop")["Application"]["committer"]
    up(engine, 1, 2, committer=committer)
    assert spec(engine.one("ImageRepository"))["secretRef"] == {"name": "shop-docker-g2"}
    hook: Any = revealed(engine.one("RepositoryWebhook").inputs["configuration"])
    served = {title(each): spec(each) for each in engine.of("HTTPRoute")}
    paths = {name: each["rules"][0]["matches"][0]["path"]["value"] for name, each in served.items()}
    assert set(paths) == {"shop-receiver", "shop-receiver-g2"}
    assert paths["shop-receiver"] != paths["shop-receiver-g2"]
    assert hook["url"] == f"https://flux.example.com{paths['shop-receiver-g2']}"
    assert spec(engine.one("GitRepository"))["secretRef"] == {"name": "shop-git-g2"}
    receivers = {title(each): spec(each)["secretRef"]["name"] for each in engine.of("Receiver")}
    assert receivers == {"shop": "shop-webhook-token", "shop-g2": "shop-webhook-token-g2"}
    assert names(engine, "Parameter") == {
        f"/github/acme/shop/{each}{ending}"
        for each in ("deploy-key", "ghcr-token", "flux-system/receiver/token")
        for ending in ("", "-g2")
    }
    assert names(engine, "RepositoryDeployKey") == {"flux", "flux-g2"}


def test_the_new_set_is_whole_before_anything_uses_it(engine: Engine) -> None:
    up(engine, 1, 2)
    hook = order(engine, "RepositoryWebhook", "acme/shop/webhook")
    for kind, name in (
        ("ExternalSecret", "acme/shop/webhook-token-g2"),
        ("Receiver", "acme/shop/receiver-g2"),
        ("HTTPRoute", "acme/shop/http-route-g2"),
    ):
        assert order(engine, kind, name) < hook


class Waiting(Engine):
    """An engine that previews, whose GitHub has not got the second generation of any key yet."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, object]]:
        number, outputs = super().new_resource(args)
        unknown = args.typ.startswith("github:") and args.name.endswith("-g2")
        return None if unknown else number, outputs

    def run(self, program: Callable[[], object]) -> None:
        pulumi.runtime.set_mocks(self, "fluxhook", "unit", True, organization="organization")
        pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]


def is_known(value: object) -> bool:
    return not isinstance(value, pulumi.output.Unknown)


@pytest.mark.usefixtures("engine")
def test_flux_never_uses_a_deploy_key_that_github_does_not_have() -> None:
    waiting = up(Waiting(), 1, 2)
    assert "shop-git-g2" in names(waiting, "ExternalSecret")
    assert not is_known(spec(waiting.one("GitRepository"))["secretRef"]["name"])
    assert spec(up(Waiting(), 1).one("GitRepository"))["secretRef"] == {"name": "shop-git"}


@pytest.mark.usefixtures("engine")
def test_the_bot_never_signs_with_a_key_that_github_does_not_have() -> None:
    waiting = bot(Waiting(), 1, 2)
    values = {each.name: revealed(each.inputs["value"]) for each in waiting.of("Parameter")}
    assert not is_known(values["bot/signing-key-g2"])
    assert is_known(values["bot/signing-key"])


def test_a_source_waits_for_its_new_key_only_while_the_former_one_is_there(engine: Engine) -> None:
    def wait(*numbers: int) -> object:
        fresh = up(Engine(), *numbers)
        metadata: Any = revealed(fresh.one("GitRepository").inputs["metadata"])
        return metadata["annotations"].get("pulumi.com/waitFor")

    assert wait(1) is None, "an empty repository must not prevent its own webhook"
    assert "condition=Ready" in str(wait(1, 2))
    assert wait(2) is None
    up(
        engine,
        1,
        2,
        credentials="github-app",
        github_app={
            "app_id": 1,
            "installation_id": 2,
            "private_key": {"value": "k", "parameter_name": "/k", "parameter_version": 1},
        },
    )
    metadata: Any = revealed(engine.one("GitRepository").inputs["metadata"])
    assert "pulumi.com/waitFor" not in metadata["annotations"], "an App has no generation"


def test_every_secret_tells_its_generation(engine: Engine) -> None:
    up(engine, 1, 2)
    for each in engine.of("ExternalSecret"):
        metadata: Any = revealed(each.inputs["metadata"])
        labels = spec(each)["target"]["template"]["metadata"]["labels"]
        expected = "2" if each.name.endswith("-g2") else "1"
        assert metadata["labels"]["fluxhook/generation"] == expected
        assert labels["fluxhook/generation"] == expected
    direct = up(Engine(), 1, 2, secrets={"backend": "kubernetes"})
    told: Any = {title(each): revealed(each.inputs["metadata"]) for each in direct.of("Secret")}
    assert {name: each["labels"]["fluxhook/generation"] for name, each in told.items()} == {
        f"shop-{purpose}-secret{ending}": number
        for purpose in ("git", "webhook-token", "docker")
        for ending, number in (("", "1"), ("-g2", "2"))
    }


def test_the_bots_new_key_is_uploaded_beside_the_former_and_signs_from_then_on(
    engine: Engine,
) -> None:
    bots: list[Bot] = []
    args = cast(BotArgs, {**everything("bot")["Bot"], "generations": (1, 2)})
    engine.run(lambda: bots.append(Bot("bot", args)))
    assert {each.name for each in engine.of("UserGpgKey")} == {"bot/gpg-key", "bot/gpg-key-g2"}
    assert names(engine, "Parameter") == {
        "/github/gpg-keys/bot",
        "/github/gpg-keys/bot-g2",
        "/github/gpg-keys/bot/passphrase",
    }
    upload = order(engine, "UserGpgKey", "bot/gpg-key-g2")
    assert upload < order(engine, "Parameter", "bot/signing-key-g2")
    assert bots[0].signing_key["generation"] == 2
    assert bots[0].passphrase
    assert bots[0].passphrase["generation"] == 1


def test_an_ssh_key_that_signs_has_generations_too(engine: Engine) -> None:
    bot(engine, 1, 2, signing="ssh")
    assert {each.name for each in engine.of("RandomPassword")} == {
        "bot/signing-key-seed",
        "bot/signing-key-seed-g2",
    }
    assert not engine.of("UserGpgKey")


def test_the_secret_in_the_cluster_is_that_of_the_key_that_signs(engine: Engine) -> None:
    signing_key = {
        "value": "k",
        "parameter_name": "/k-g2",
        "parameter_version": 1,
        "generation": 2,
    }
    committer = {"name": "Bot", "email": "bot@acme.example", "signing_key": signing_key}
    up(engine, committer=committer)
    assert "shop-gpgkey-g2" in names(engine, "ExternalSecret")
    assert "shop-gpgkey" not in names(engine, "ExternalSecret")
    commit = spec(engine.one("ImageUpdateAutomation"))["git"]["commit"]
    assert commit["signingKey"]["secretRef"] == {"name": "shop-gpgkey-g2"}


@pytest.mark.parametrize(
    ("numbers", "fault"),
    [
        ([], "is an empty list"),
        ([0, 1], "has a generation below 1"),
        ([2, 1], "is not ascending"),
        ([1, 1], "is not ascending"),
    ],
)
def test_generations_that_say_nothing_clear_are_refused_by_name(
    numbers: list[int], fault: str
) -> None:
    assert fault in (generations_fault(numbers) or "")
    with pytest.raises(ValueError, match=f"acme/shop: `generations` {fault}"):
        checked("acme/shop", numbers)


def test_the_ending_of_a_name_is_that_of_its_generation() -> None:
    assert [suffix(number) for number in (1, 2, 12)] == ["", "-g2", "-g12"]
    assert checked("acme/shop", (2, 5)) == (2, 5)
