"""Files of a repository by the github stand-in; the expectations are the official plugin's answers."""

import base64

import grpc
import pytest

from lab.plugins.values import UNKNOWN, Properties
from tests.plugins.hub import Hub
from tests.plugins.protocol import Plugin, StartPlugin, kinds

FILE = "github:index/repositoryFile:RepositoryFile"


def file(content: str = "one\n", path: str = "a/b.txt", **more: str | bool) -> Properties:
    return {"repository": "echo-server", "file": path, "content": content, **more}


def text(hub: Hub, path: str = "a/b.txt", ref: str = "main") -> str:
    found = hub.get(f"contents/{path}?ref={ref}").json()
    return base64.b64decode(found["content"]).decode()


def message(hub: Hub, ref: str = "main") -> str:
    return str(hub.get(f"commits/{ref}").json()["commit"]["message"])


def test_a_file_is_the_first_commit_of_an_empty_repository(hub: Hub, organisation: Plugin) -> None:
    preview = organisation.create(FILE, file(), preview=True)[1]
    assert preview["commitSha"] is preview["branch"] is UNKNOWN
    identifier, state = organisation.create(FILE, file())
    assert identifier == "echo-server:a/b.txt:main"
    assert text(hub) == "one\n"
    newest = hub.get("commits/main").json()
    assert (state["commitSha"], state["commitMessage"]) == (newest["sha"], "Add a/b.txt")
    assert (state["branch"], state["ref"]) == ("main", "main")
    assert newest["parents"] == []


def test_a_file_that_is_there_is_left_alone_unless_it_may_be_overwritten(
    hub: Hub, organisation: Plugin
) -> None:
    organisation.create(FILE, file())
    with pytest.raises(grpc.RpcError) as refused:
        organisation.create(FILE, file("two"))
    assert "refusing to overwrite existing file" in (refused.value.details() or "")
    assert text(hub) == "one\n"
    organisation.create(FILE, file("two", overwriteOnCreate=True))
    assert text(hub) == "two"


def test_a_change_is_a_commit_and_a_removal_is_one(hub: Hub, organisation: Plugin) -> None:
    identifier, state = organisation.create(FILE, file())
    assert kinds(organisation.diff(FILE, state, file("two"))) == {"content": "UPDATE"}
    state = organisation.update(FILE, identifier, state, file("two"))
    assert (text(hub), message(hub)) == ("two", "Update a/b.txt")
    named = file("two", commitMessage="mine", commitAuthor="A", commitEmail="a@example.com")
    state = organisation.update(FILE, identifier, state, named)
    author = hub.get("commits/main").json()["commit"]["author"]
    assert (message(hub), author["name"], author["email"]) == ("mine", "A", "a@example.com")
    organisation.delete(FILE, identifier, state)
    assert hub.get("contents/a/b.txt").status_code == 404
    assert message(hub) == "mine"
    identifier, state = organisation.create(FILE, file())
    organisation.delete(FILE, identifier, state)
    assert message(hub) == "Delete a/b.txt"


def test_what_somebody_else_wrote_is_drift_and_is_repaired(hub: Hub, organisation: Plugin) -> None:
    identifier, state = organisation.create(FILE, file())
    organisation.create(FILE, file("elsewhere", overwriteOnCreate=True))
    with pytest.raises(grpc.RpcError) as refused:
        organisation.update(FILE, identifier, state, file("two"))
    assert "409 a/b.txt does not match" in (refused.value.details() or "")
    inputs = organisation.checked(FILE, file())
    _, inputs, state = organisation.read(FILE, identifier, inputs, state)
    assert inputs["content"] == "elsewhere"
    assert kinds(organisation.diff(FILE, state, file())) == {"content": "UPDATE"}
    organisation.update(FILE, identifier, state, file())
    assert text(hub) == "one\n"


def test_a_file_that_is_gone_is_read_as_gone_and_cannot_be_removed_again(
    hub: Hub, organisation: Plugin
) -> None:
    identifier, state = organisation.create(FILE, file())
    organisation.delete(FILE, identifier, state)
    assert organisation.read(FILE, identifier, {}, state)[0] == ""
    with pytest.raises(grpc.RpcError) as refused:
        organisation.delete(FILE, identifier, state)
    assert "404" in (refused.value.details() or "")


def test_only_another_place_is_another_file(organisation: Plugin) -> None:
    _, state = organisation.create(FILE, file())
    changes: dict[str, Properties] = {
        "file": {"file": "c"},
        "branch": {"branch": "other"},
    }
    for name, change in changes.items():
        assert kinds(organisation.diff(FILE, state, {**file(), **change})) == {
            name: "UPDATE_REPLACE"
        }
    same: Properties = {**file(), "branch": "main", "autocreateBranchSourceBranch": "x"}
    assert kinds(organisation.diff(FILE, state, same)) == {}
    # The original holds a repository that is not there for a new name of this one.
    gone = organisation.diff(FILE, state, {**file(), "repository": "nothing"})
    assert kinds(gone) == {"repository": "UPDATE"}


def test_a_file_of_another_repository_is_another_file(hub: Hub, organisation: Plugin) -> None:
    hub.make_repository("other")
    _, state = organisation.create(FILE, file())
    difference = organisation.diff(FILE, state, {**file(), "repository": "other"})
    assert kinds(difference) == {"repository": "UPDATE_REPLACE"}


def test_a_branch_is_made_where_that_is_wanted(hub: Hub, organisation: Plugin) -> None:
    first = organisation.create(FILE, file())[1]["commitSha"]
    wanted = file(path="x:y z.txt", branch="feature/x")
    with pytest.raises(grpc.RpcError) as refused:
        organisation.create(FILE, wanted)
    assert "404" in (refused.value.details() or "")
    identifier, state = organisation.create(FILE, {**wanted, "autocreateBranch": True})
    assert identifier == "echo-server:x??y z.txt:feature/x"
    assert state["autocreateBranchSourceSha"] == first
    assert text(hub, "x:y z.txt", "feature/x") == "one\n"
    assert hub.get("contents/x:y z.txt").status_code == 404
    read = organisation.read(FILE, identifier, {}, {})[2]
    assert read["commitSha"] == state["commitSha"]


def test_a_file_is_imported_with_the_commit_that_made_it(organisation: Plugin) -> None:
    state = organisation.create(FILE, file())[1]
    organisation.create(FILE, file(path="later"))
    # A change and its reversal under a merge's name are passed over.
    merge = "Merge branch 'x'"
    identifier, other = organisation.create(FILE, file("two", "c", commitMessage="first"))
    organisation.update(FILE, identifier, other, file("one\n", "c", commitMessage=merge))
    assert organisation.read(FILE, identifier, {}, {})[2]["commitMessage"] == "first"
    for identifier in ("echo-server:a/b.txt:", "echo-server:a/b.txt:main"):
        found, inputs, read = organisation.read(FILE, identifier, {}, {})
        assert found == "echo-server:a/b.txt:main"
        assert read == state
        assert inputs == {**file(), "branch": "main", "commitMessage": "Add a/b.txt"}
    assert organisation.read(FILE, "echo-server:nothing:", {}, {})[0] == ""
    with pytest.raises(grpc.RpcError) as refused:
        organisation.read(FILE, "echo-server/a/b.txt", {}, {})
    assert "invalid ID specified" in (refused.value.details() or "")


def test_an_author_without_an_address_is_refused(plugin: StartPlugin) -> None:
    given = {"commitAuthor": file(commitAuthor="A"), "commitEmail": file(commitEmail="a@b.c")}
    for name, inputs in given.items():
        assert set(plugin("github").check(FILE, inputs)[1]) == {name}
