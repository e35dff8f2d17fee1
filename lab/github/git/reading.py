"""Creates and reads the bare git repositories, with dulwich."""

import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from dulwich.diff_tree import tree_changes
from dulwich.errors import NotTreeError
from dulwich.graph import can_fast_forward
from dulwich.object_store import tree_lookup_path
from dulwich.objects import S_ISGITLINK, Blob, Commit, ObjectID, SubmoduleEncountered, Tag, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo

ZERO = "0" * 40
"""GitHub's commit id for a ref that did not exist before, or does not exist after."""

MOST_COMMITS = 2048
"""Commits GitHub lists in one push event."""


@dataclass(frozen=True)
class Push:
    """One ref moved by a push: hex object ids, ZERO for none."""

    ref: str
    before: str
    after: str


@dataclass(frozen=True)
class Person:
    """An author or committer."""

    name: str
    email: str


@dataclass(frozen=True)
class Change:
    """Paths a commit added, removed and modified against its first parent."""

    added: list[str]
    removed: list[str]
    modified: list[str]


@dataclass(frozen=True)
class Entry:
    """A path of a commit; `type` is GitHub's word, `content` is empty for dir and submodule."""

    path: str
    type: str
    sha: str
    content: bytes


def initialise(path: Path, branch: str) -> None:
    """Creates a bare repository with `branch` as HEAD, unless there is one."""
    if not (path / "HEAD").exists():
        path.mkdir(parents=True, exist_ok=True)
        Repo.init_bare(path, default_branch=branch.encode()).close()


def resolve(path: Path, name: str) -> Commit | None:
    """Finds the commit of a branch, a tag, a full ref or a whole commit id."""
    with Repo(str(path)) as repo:
        refs = [f"refs/heads/{name}", f"refs/tags/{name}", f"refs/{name}", name]
        for ref in refs:
            if ref.startswith(("refs/", "HEAD")) and Ref(ref.encode()) in repo.refs:
                return _commit(repo, repo.refs[Ref(ref.encode())])
        if len(name) == 40 and ObjectID(name.encode()) in repo.object_store:
            return _commit(repo, ObjectID(name.encode()))
    return None


def branch_head(path: Path, branch: str) -> Commit | None:
    """The newest commit of a branch, or None."""
    return resolve(path, f"refs/heads/{branch}")


def branches(path: Path) -> list[tuple[str, str]]:
    """Every branch by name, with the id of its newest commit."""
    with Repo(str(path)) as repo:
        found = repo.refs.as_dict(Ref(b"refs/heads"))
        return sorted((name.decode(), number.decode()) for name, number in found.items())


def _commit(repo: Repo, number: ObjectID) -> Commit | None:
    found = repo.object_store[number]
    while isinstance(found, Tag):
        found = repo.object_store[found.object[1]]
    return found if isinstance(found, Commit) else None


def changes(path: Path, commit: Commit) -> Change:
    """The paths that a commit changed against its first parent."""
    found: dict[str, list[str]] = {"add": [], "delete": [], "modify": []}
    with Repo(str(path)) as repo:
        parent = repo.object_store[commit.parents[0]] if commit.parents else None
        before = parent.tree if isinstance(parent, Commit) else None
        for change in tree_changes(repo.object_store, before, commit.tree):
            entry = change.old if change.type == "delete" else change.new
            if entry is not None and entry.path is not None:
                found.setdefault(change.type, []).append(entry.path.decode(errors="replace"))
    return Change(found["add"], found["delete"], found["modify"])


def entry(path: Path, commit: Commit, name: str) -> Entry | None:
    """A commit's entry at a path, or None; the empty path is its root."""
    with Repo(str(path)) as repo:
        if not name:
            return Entry("", "dir", commit.tree.decode(), b"")
        try:
            found = tree_lookup_path(repo.object_store.__getitem__, commit.tree, name.encode())
        except (KeyError, NotTreeError, SubmoduleEncountered):
            return None
        return _entry(repo, name, *found)


def directory(path: Path, found: Entry) -> list[Entry]:
    """The entries of a directory."""
    with Repo(str(path)) as repo:
        tree = repo.object_store[ObjectID(found.sha.encode())]
        prefix = f"{found.path}/" if found.path else ""
        return [
            _entry(repo, prefix + item.path.decode(errors="replace"), item.mode, item.sha)
            for item in (tree.iteritems() if isinstance(tree, Tree) else ())
        ]


def _entry(repo: Repo, name: str, mode: int, number: ObjectID) -> Entry:
    if S_ISGITLINK(mode):
        return Entry(name, "submodule", number.decode(), b"")
    blob = repo.object_store[number]
    content = blob.data if isinstance(blob, Blob) else b""
    kind = "dir" if stat.S_ISDIR(mode) else "symlink" if stat.S_ISLNK(mode) else "file"
    return Entry(name, kind, number.decode(), content)


def pushed(path: Path, push: Push) -> list[Commit]:
    """The commits a push brought to its ref, oldest first; none for a deletion."""
    if push.after == ZERO:
        return []
    with Repo(str(path)) as repo:
        newest = _commit(repo, ObjectID(push.after.encode()))
        if newest is None:
            return []
        old = [ObjectID(push.before.encode())] if push.before != ZERO else []
        if not old:
            old = [
                number
                for ref, number in repo.refs.as_dict(Ref(b"refs/heads")).items()
                if f"refs/heads/{ref.decode()}" != push.ref
            ]
        walker = repo.get_walker([newest.id], exclude=old, max_entries=MOST_COMMITS)
        return [entry.commit for entry in walker][::-1]


def history(path: Path, start: Commit, name: str | None, most: int | None = None) -> list[Commit]:
    """The commits from `start` back, the newest first and `most` of them; those that changed `name` alone."""
    with Repo(str(path)) as repo:
        paths = [name.encode()] if name else None
        walker = repo.get_walker([start.id], paths=paths, max_entries=most)
        return [entry.commit for entry in walker]


def is_ancestor(path: Path, before: str, after: str) -> bool:
    """Whether `before` is part of the history of `after`: the push was no force push."""
    with Repo(str(path)) as repo:
        return can_fast_forward(repo, ObjectID(before.encode()), ObjectID(after.encode()))


def person(line: bytes) -> Person:
    """Splits git's `name <e-mail>`."""
    name, _, rest = line.decode(errors="replace").partition(" <")
    return Person(name, rest.rstrip(">"))


def moment(seconds: float, offset: int) -> datetime:
    """A commit's time in its own time zone, `offset` in seconds east of UTC."""
    return datetime.fromtimestamp(seconds, timezone(timedelta(seconds=offset)) if offset else UTC)
