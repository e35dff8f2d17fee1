"""What an `up` that was killed has made, and the state does not know: `destroy` removes it, too."""

from lab.world.faults import bad_gateway
from tests.recovery.conftest import BOT, Troubled


def test_destroy_leaves_nothing_of_what_the_state_does_not_know(troubled: Troubled) -> None:
    stack = troubled.stack
    stack.config["bot"] = BOT
    keys = len(stack.world.bot.get("/user/gpg_keys").json())
    entry, bot = f"developer-friendly/{troubled.name}", BOT["login"]
    made = (
        f":RepositoryDeployKey::{entry}/deploy-key",
        f":UserGpgKey::{bot}/gpg-key",
        f":Parameter::{bot}/signing-key",
    )
    request = f"(POST|PATCH) .*/externalsecrets/{troubled.name}-"
    troubled.killed_at((troubled.cluster, request), recorded=made)
    troubled.forget(*made)
    plain = stack.pulumi("destroy", "--yes", check=False)
    assert plain.exit_code != 0
    assert "You must run with the `--run-program` flag" in plain.output
    assert "what an interrupted update made and the state does not know" in plain.output
    assert len(troubled.on_github("keys")) == 1, "nothing was deleted"

    # Without an answer, what proves whose they are stays, and so does the rest of the state.
    troubled.github.add(f"GET .*/{troubled.name}/keys", bad_gateway)
    refused = stack.operate("destroy", check=False)
    assert refused.exit_code != 0
    assert f"{entry}/deploy-key (HTTPStatusError)" in refused.output
    assert len(troubled.on_github("keys")) == 1
    troubled.leave_nothing()
    assert len(stack.world.bot.get("/user/gpg_keys").json()) == keys

    troubled.killed_at((troubled.github, f"POST .*/{troubled.name}/hooks"))
    assert len(troubled.on_github("hooks")) == 1
    troubled.leave_nothing()
