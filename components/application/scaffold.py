"""The first files of a new application repository: base, overlay and the workflow that builds its image."""

import json
import posixpath
import string
from collections.abc import Mapping
from pathlib import Path
from typing import NotRequired, TypedDict

import pulumi
import pulumi_github as github

from components.objects.place import Place
from components.rules import defaults
from components.rules.github import normalized_directory, registry_of

FILES = Path(__file__).parent / "scaffold_files"
WORKFLOW = ".github/workflows/ci.yml"


class ScaffoldArgs(TypedDict):
    """Files to write once into the application repository."""

    port: NotRequired[int]
    """Port that the container listens on; defaults to 3000."""
    replicas: NotRequired[int]
    """Replicas of the Deployment; defaults to 1."""


def scaffold(
    place: Place, repository: str, args: ScaffoldArgs, branch: str, image: str, path: str
) -> pulumi.Resource:
    """Write five files to the repository's default branch, one commit each; return the last.

    `repository` is `owner/name`, `path` the directory of the overlay.

    They are written once and belong to the application from then on: a changed file is not written back, `destroy`
    leaves them, and a file that exists already is refused, never overwritten. The token needs Contents and
    Workflows: write. The repository itself, and its Dockerfile, are not created.

    Source: GitHub REST, "Create or update file contents".
    """

    def content(file_path: str) -> pulumi.Output[str]:
        namespace = pulumi.Output.from_input(place.namespace)
        return namespace.apply(lambda known: files(known)[file_path])

    def files(namespace: str) -> Mapping[str, str]:
        return scaffold_files(args, place.object_name, namespace, branch, image, path)

    commits: list[pulumi.Resource] = []
    for file_path in files(defaults.NAMESPACE):
        file = github.RepositoryFile(
            f"{place.name}/{file_path}",
            repository=repository.partition("/")[2],
            file=file_path,
            content=content(file_path),
            commit_message=f"Add {file_path}",
            opts=pulumi.ResourceOptions(
                parent=place.parent,
                # Each commit has the one before as its parent.
                depends_on=commits[-1:],
                ignore_changes=["content", "commitMessage"],
                retain_on_delete=True,
            ),
        )
        commits.append(file)
    return commits[-1]


def scaffold_files(
    args: ScaffoldArgs, object_name: str, namespace: str, branch: str, image: str, path: str
) -> Mapping[str, str]:
    """Return the contents of the files by their path in the repository.

    `namespace` is that of the image policy, `path` the directory of the overlay.
    """
    overlay = normalized_directory(path)
    kustomization = posixpath.normpath(posixpath.join(overlay, "kustomization.yaml"))
    # A commit that only moves the tag must not build another image, wherever the tag stands.
    manifests = ["kustomize/**"]
    if not kustomization.startswith("kustomize/"):
        manifests.append(kustomization)
    texts = {
        "name": object_name,
        "namespace": namespace,
        "base": posixpath.relpath(defaults.SCAFFOLD_BASE, overlay),
        "branch": branch,
        "image": image,
        "registry": registry_of(image),
    }
    words = {
        # Each stands between double quotes: a name such as `1e3` or `no` is not text without them.
        **{word: json.dumps(text, ensure_ascii=False)[1:-1] for word, text in texts.items()},
        "manifests": json.dumps(manifests, ensure_ascii=False),
        "port": args.get("port", defaults.SCAFFOLD_PORT),
        "replicas": args.get("replicas", defaults.SCAFFOLD_REPLICAS),
    }
    templates = {
        f"{defaults.SCAFFOLD_BASE}/deployment.yaml": "deployment.yaml",
        f"{defaults.SCAFFOLD_BASE}/service.yaml": "service.yaml",
        f"{defaults.SCAFFOLD_BASE}/kustomization.yaml": "base.yaml",
        kustomization: "overlay.yaml",
        WORKFLOW: "ci.yml",
    }
    return {
        path: _Template((FILES / template).read_text()).safe_substitute(words)
        for path, template in templates.items()
    }


class _Template(string.Template):
    """A template whose placeholders are `@{name}`: workflows and markers are full of dollars, and of lone @."""

    delimiter = "@"
