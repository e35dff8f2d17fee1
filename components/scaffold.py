"""The first files of a new application repository: base, overlay and the workflow that builds its image."""

import json
import posixpath
import string
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

import pulumi
import pulumi_github as github

from components import _rules, values

FILES = Path(__file__).parent / "scaffold_files"
WORKFLOW = ".github/workflows/ci.yml"


class ScaffoldArgs(TypedDict):
    """Inputs of a Scaffold."""

    application: values.Application
    """The application; its scaffold and image must be set."""
    namespace: str
    """Namespace of the image policy."""


class Scaffold(pulumi.ComponentResource):
    """Five files on the repository's default branch, one commit each.

    They are written once and belong to the application from then on: a changed file is not written back, `destroy`
    leaves them, and a file that is there already is refused, never overwritten. The token needs Contents and
    Workflows: write. The repository itself, and its Dockerfile, are not made here.

    Source: GitHub REST, "Create or update file contents".
    """

    last: pulumi.Resource
    """What was written last; whoever needs the files comes after it."""

    def __init__(
        self, name: str, args: ScaffoldArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Write the files."""
        super().__init__("fluxhook:index:Scaffold", name, {}, opts)
        written: list[pulumi.Resource] = []
        for path, content in files(args["application"], args["namespace"]).items():
            file = github.RepositoryFile(
                f"{name}/{path}",
                repository=args["application"].repository_name,
                file=path,
                content=content,
                commit_message=f"Add {path}",
                opts=pulumi.ResourceOptions(
                    parent=self,
                    # Each commit has the one before as its parent.
                    depends_on=written[-1:],
                    ignore_changes=["content", "commitMessage"],
                    retain_on_delete=True,
                ),
            )
            written.append(file)
        self.last = written[-1]
        self.register_outputs({})


def files(app: values.Application, namespace: str) -> Mapping[str, str]:
    """The files by their path in the repository."""
    if not (app.scaffold and app.image):
        raise ValueError("Scaffold: the application needs scaffold and image")
    overlay = _rules.directory(app.path)
    kustomization = posixpath.normpath(posixpath.join(overlay, "kustomization.yaml"))
    # A commit that only moves the tag must not build another image, wherever the tag stands.
    manifests = ["kustomize/**"]
    if not kustomization.startswith("kustomize/"):
        manifests.append(kustomization)
    texts = {
        "name": app.name,
        "namespace": namespace,
        "base": posixpath.relpath(_rules.SCAFFOLD_BASE, overlay),
        "branch": app.branch,
        "image": app.image.name,
        "registry": _rules.registry_of(app.image.name),
    }
    words = {
        # Every one stands between double quotes: a name such as `1e3` or `no` would be no text without.
        **{word: json.dumps(text, ensure_ascii=False)[1:-1] for word, text in texts.items()},
        "manifests": json.dumps(manifests, ensure_ascii=False),
        "port": app.scaffold.port,
        "replicas": app.scaffold.replicas,
    }
    names = {
        f"{_rules.SCAFFOLD_BASE}/deployment.yaml": "deployment.yaml",
        f"{_rules.SCAFFOLD_BASE}/service.yaml": "service.yaml",
        f"{_rules.SCAFFOLD_BASE}/kustomization.yaml": "base.yaml",
        kustomization: "overlay.yaml",
        WORKFLOW: "ci.yml",
    }
    return {
        path: _File((FILES / name).read_text()).safe_substitute(words)
        for path, name in names.items()
    }


class _File(string.Template):
    """A template whose placeholders are `@{name}`: workflows and markers are full of dollars, and of lone @."""

    delimiter = "@"
