"""Image automation whose commits are signed by SSH."""

from pathlib import Path

from lab.world.surroundings import BOT, BOT_EMAIL
from tests.engine.canaries import body
from tests.lab.images.automated import automated, verification
from tests.world import World, eventually


def test_a_commit_signed_by_ssh_is_verified_once_its_key_is_on_the_bots_account(
    world: World, tmp_path: Path
) -> None:
    name = "signed-by-ssh"
    world.make_namespace(name)
    bot = {"login": BOT, "name": "The Bot", "email": BOT_EMAIL, "signing": "ssh"}
    with automated(world, name, tmp_path, bot=bot) as application:
        stack, keys = application.stack, "/user/ssh_signing_keys"
        del stack.config["botPassphrase"]
        gpg = len(world.bot.get("/user/gpg_keys").json())
        stack.up()
        assert len(world.bot.get("/user/gpg_keys").json()) == gpg
        commit = application.release("30")
        assert verification(commit)["reason"] == "unknown_key"
        # What a person does once, in the account's settings.
        public = stack.output("signingKey")["publicKey"]
        made = world.bot.post(keys, json={"title": "fluxhook", "key": public})
        made.raise_for_status()
        commit = application.release("31")
        assert verification(commit)["reason"] == "valid"
        assert verification(commit)["verified"] is True
        application.await_applied(str(commit["sha"]))

        def runs() -> None:
            assert application.image().endswith(":31")

        eventually(runs)
        (private,) = world.parameters(f"/{name}/ssh-signing-keys").values()
        assert body(private) not in stack.state()
        assert stack.up("--expect-no-changes").steps == {}
        world.bot.delete(f"{keys}/{made.json()['id']}").raise_for_status()
