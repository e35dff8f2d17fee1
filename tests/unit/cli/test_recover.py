"""`fluxhook recover`: the lock is released only when somebody is sure, and what comes next is named."""

from pathlib import Path

from tests.unit.cli.conftest import Pulumi, fluxhook

KIND = "github:index/repositoryDeployKey:RepositoryDeployKey"
URN = f"urn:pulumi:shop::fluxhook::fluxhook:index:Application${KIND}::o/r/deploy-key"
PENDING = {"deployment": {"pending_operations": [{"type": "creating", "resource": {"urn": URN}}]}}
CANCEL = ["cancel", "--yes"]


def cancelled(pulumi: Pulumi) -> bool:
    return any(call["arguments"][:2] == CANCEL for call in pulumi.calls)


def test_the_lock_is_released_and_what_has_no_answer_is_named(
    pulumi: Pulumi, tmp_path: Path
) -> None:
    pulumi.says("stack export", PENDING)
    pulumi.says("cancel")
    told = fluxhook("recover", "-C", str(tmp_path), "--stack", "shop", "--yes").stdout
    assert "► creating RepositoryDeployKey o/r/deploy-key: no answer was recorded\n" in told
    assert "next: pulumi up --stack shop, or pulumi destroy --run-program --stack shop\n" in told
    assert "pulumi refresh --clear-pending-creates --stack shop\n" in told
    assert cancelled(pulumi)


def test_without_a_pending_operation_up_is_all_that_is_left(pulumi: Pulumi, tmp_path: Path) -> None:
    pulumi.says("stack export", {"deployment": {}})
    pulumi.says("cancel")
    told = fluxhook("recover", "-C", str(tmp_path), answers="y\n").stdout
    assert "next: pulumi up, or" in told
    assert "clear-pending-creates" not in told


def test_nothing_is_done_while_an_update_may_run(pulumi: Pulumi, tmp_path: Path) -> None:
    pulumi.says("stack export", PENDING)
    for answers, told in (("n\n", "wait until it has ended"), ("", "--yes answers it")):
        refused = fluxhook("recover", "-C", str(tmp_path), answers=answers, code=1)
        assert told in refused.stderr
    assert not cancelled(pulumi)
