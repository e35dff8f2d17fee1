"""Commits to the bare git repositories, with dulwich."""

import stat
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from dulwich.object_store import commit_tree_changes
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo

from lab.github.git.reading import ZERO, Person, Push


class Moved(Exception):
    """Another push has moved the branch since it was read."""


def commit_files(
    path: Path,
    branch: str,
    base: str,
    message: str,
    files: Mapping[str, str | bytes | None],
    author: Person,
    committer: Person | None = None,
) -> Push:
    """Commits files to a branch of a bare repository.

    Args:
        path: The bare repository.
        branch: The branch; it is created from `base` if it does not exist.
        base: The branch a new one starts from; an empty repository starts a new history.
        message: The commit message.
        files: Content by path; None deletes the path.
        author: The author.
        committer: The committer; the author if it is None.

    Returns:
        The ref that moved.

    Raises:
        ValueError: A path leaves the tree or names git's own directory.
        Moved: Another push has moved the branch since it was read.
    """
    ref = Ref(f"refs/heads/{branch}".encode())
    with Repo(str(path)) as repo:
        branches = repo.refs.as_dict(Ref(b"refs/heads"))
        before = branches.get(Ref(branch.encode()))
        start = before or branches.get(Ref(base.encode()))
        parent = repo.object_store[start] if start else None
        tree = repo.object_store[parent.tree] if isinstance(parent, Commit) else Tree()
        if not isinstance(tree, Tree):
            raise TypeError("a commit without a tree")
        edits: list[tuple[bytes, int | None, ObjectID | None]] = []
        for name, content in files.items():
            pure = checked_path(name)
            if content is None:
                edits.append((str(pure).encode(), None, None))
                continue
            blob = Blob.from_string(content.encode() if isinstance(content, str) else content)
            repo.object_store.add_object(blob)
            edits.append((str(pure).encode(), stat.S_IFREG | 0o644, blob.id))
        repo.object_store.add_object(tree)
        commit = Commit()
        commit.tree = commit_tree_changes(repo.object_store, tree, edits)
        commit.parents = [start] if start else []
        commit.author, commit.committer = _line(author), _line(committer or author)
        commit.author_time = commit.commit_time = int(time.time())
        commit.author_timezone = commit.commit_timezone = 0
        commit.encoding = b"UTF-8"
        commit.message = message.encode()
        repo.object_store.add_object(commit)
        moved = repo.refs.set_if_equals(ref, before, commit.id) if before else None
        if moved is False or (before is None and not repo.refs.add_if_new(ref, commit.id)):
            raise Moved(branch)
        return Push(ref.decode(), before.decode() if before else ZERO, commit.id.decode())


def checked_path(name: str) -> PurePosixPath:
    """A path below a repository's root.

    Raises:
        ValueError: It leaves the tree or names git's own directory.
    """
    pure = PurePosixPath(name)
    if pure.is_absolute() or {"..", ".git", ""} & {*pure.parts, pure.name}:
        raise ValueError(f"no path of a repository: {name!r}")
    return pure


def _line(who: Person) -> bytes:
    return f"{who.name} <{who.email}>".encode()
