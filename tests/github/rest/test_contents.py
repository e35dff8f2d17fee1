"""The contents of a repository as GitHub's REST API shows them."""

import base64
from pathlib import Path

import asyncssh

from lab.github.api.call import ENDPOINTS
from lab.github.model.contract import check_answer
from tests.github.lab import ORGANISATION, REPOSITORY, Git, Lab, commit

CONTENTS = f"/repos/{ORGANISATION}/{REPOSITORY}/contents"


def test_a_file_is_read_as_of_a_branch_or_a_commit(lab: Lab) -> None:
    first = lab.push(**{"a/b.txt": "naïve\n"})
    lab.push(**{"a/b.txt": "later\n"})
    with lab.client() as client:
        newest = client.get(f"{CONTENTS}/a/b.txt").json()
        older = client.get(f"{CONTENTS}/a/b.txt", params={"ref": first}).json()
        missing = client.get(f"{CONTENTS}/a/b.txt", params={"ref": "nowhere"})

    assert base64.b64decode(newest["content"]).decode() == "later\n"
    assert base64.b64decode(older["content"]).decode() == "naïve\n"
    assert (newest["path"], newest["name"], newest["size"]) == ("a/b.txt", "b.txt", 6)
    assert missing.json()["message"] == "No commit found for the ref nowhere"


def test_a_directory_is_a_list_and_the_root_is_one_too(lab: Lab) -> None:
    lab.push(**{"a/b.txt": "1", "a/c/d.txt": "2", "e.txt": "3"})
    with lab.client() as client:
        root, inner = (client.get(f"{CONTENTS}/{path}").json() for path in ("", "a"))

    assert [(item["type"], item["path"]) for item in root] == [("dir", "a"), ("file", "e.txt")]
    assert [(item["type"], item["path"]) for item in inner] == [("file", "a/b.txt"), ("dir", "a/c")]


def test_what_is_not_there_is_404(lab: Lab) -> None:
    with lab.client() as client:
        empty = client.get(f"{CONTENTS}/a.txt")
        lab.push(**{"a.txt": "1"})
        answers = [client.get(f"{CONTENTS}/{path}") for path in ("b.txt", "a.txt/b", "../a.txt")]

    assert (empty.status_code, empty.json()["message"]) == (404, "This repository is empty.")
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_a_symlink_is_described_and_a_submodule_is_listed(
    lab: Lab, git: Git, writable: asyncssh.SSHKey, clone: Path
) -> None:
    (clone / "link").symlink_to("a.txt")
    commit(git, writable, clone, "b.txt")
    submodule = ("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    for arguments in (submodule, ("commit", "-q", "-m", "add sub"), ("push", "-q")):
        assert git(writable, "-C", str(clone), *arguments).returncode == 0
    operation = next(item for item, _ in ENDPOINTS if item.name == "repos/get-content")
    with lab.client() as client:
        answers = {path: client.get(f"{CONTENTS}/{path}") for path in ("link", "")}
        missing = [client.get(f"{CONTENTS}/{path}") for path in ("sub", "sub/a.txt")]

    for answer in answers.values():
        check_answer(operation, 200, answer.content)
    assert answers["link"].json()["target"] == "a.txt"
    assert [answer.status_code for answer in missing] == [404, 404]
    assert [item["type"] for item in answers[""].json()] == ["file", "file", "symlink", "submodule"]
