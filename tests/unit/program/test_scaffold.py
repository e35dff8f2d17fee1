"""The first files of a repository: valid whatever names there are, and refused where they could not work."""

import json
import posixpath
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.application.scaffold import scaffold_files
from components.rules import defaults
from tests.unit.conftest import ROOT, Engine
from tests.unit.examples import app, faults

IMAGE = {"name": "ghcr.io/o/r", "automation": False}
OVERLAYS = ("./kustomize/overlays/dev", "./deploy/", "./", "./kustomize", "./a b/./c")


def rendered(
    name: str = "shop", branch: str = "main", path: str = "./kustomize/overlays/dev"
) -> dict[str, str]:
    files = scaffold_files({"replicas": 2}, name, "flux-system", branch, "ghcr.io/o/shop", path)
    return dict(files)


@given(
    name=st.from_regex(r"[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?", fullmatch=True)
    | st.sampled_from(["no", "1e3", "null", "0x1f", "12"]),
    branch=st.from_regex(r"[^\s~^:?*\[\\\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ufeff]+", fullmatch=True)
    | st.sampled_from(["1.0", 'a"b', "a,b", "feature/ü"]),
    path=st.sampled_from(OVERLAYS),
)  # fmt: skip
def test_every_name_makes_yaml_that_says_the_same(name: str, branch: str, path: str) -> None:
    files = rendered(name=name, branch=branch, path=path)
    assert len(files) == 5
    assert "@{" not in "".join(files.values()).replace(branch, "")
    content = {place: yaml.load(text, yaml.BaseLoader) for place, text in files.items()}  # noqa: S506
    plain = {place: yaml.safe_load(text) for place, text in files.items()}
    assert plain["kustomize/base/deployment.yaml"]["metadata"]["name"] == name
    assert content[".github/workflows/ci.yml"]["on"]["push"]["branches"] == [branch]
    overlay = posixpath.normpath(posixpath.join(path, "kustomization.yaml"))
    (base,) = plain[overlay]["resources"]
    assert posixpath.normpath(posixpath.join(path, base)) == defaults.SCAFFOLD_BASE
    assert plain[overlay]["replicas"] == [{"name": name, "count": 2}]
    marker = f'newTag: "0" # {{"$imagepolicy": "flux-system:{name}:tag"}}'
    assert marker in files[overlay]


@pytest.mark.parametrize("path", OVERLAYS)
def test_a_commit_of_the_bot_builds_no_image_wherever_the_overlay_lies(path: str) -> None:
    files = rendered(path=path)
    workflow = yaml.load(files[".github/workflows/ci.yml"], yaml.BaseLoader)  # noqa: S506
    ignored = workflow["on"]["push"]["paths-ignore"]
    (overlay,) = [place for place, text in files.items() if "$imagepolicy" in text]
    assert not overlay.startswith("./")
    assert overlay in ignored or (overlay.startswith("kustomize/") and "kustomize/**" in ignored)


def test_the_workflow_is_the_examples_with_the_image_of_its_own() -> None:
    example = (ROOT / "examples/echo-server/.github/workflows/ci.yml").read_text()
    pins = re.findall(r"uses: (.*)", example)
    text = rendered()[".github/workflows/ci.yml"]
    assert re.findall(r"uses: (.*)", text) == pins
    assert 'tags: "ghcr.io/o/shop:${{ github.run_id }}"' in text


def test_nothing_is_written_unless_asked_and_what_is_is_never_written_again(
    engine: Engine,
) -> None:
    engine.up(applications=[app(image=IMAGE)])
    assert not engine.of("RepositoryFile")
    asked = Engine()
    with_scaffold = app(image=IMAGE, scaffold={}, kustomization=AWAY)
    asked.up(applications=[with_scaffold])
    files = asked.of("RepositoryFile")
    assert [each.inputs["file"] for each in files] == list(rendered())
    assert not any("overwriteOnCreate" in each.inputs for each in files)
    custom = [each for each in asked.registered if not each.typ.startswith("fluxhook:")]
    assert custom[-1].typ.endswith("RepositoryWebhook")


AWAY = {"path": "./kustomize/overlays/dev", "targetNamespace": "shop"}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"kustomization": {"path": "./kustomize/overlays/dev"}}, "scaffold: needs a namespace"),
        ({"kustomization": {**AWAY, "path": "./kustomize/base/"}}, "kustomization.path: is in"),
        ({"kustomization": {**AWAY, "path": "./kustomize/base/x"}}, "kustomization.path: is in"),
        ({"kustomization": {**AWAY, "path": "./x/../../y"}}, "kustomization.path: leads out"),
        ({"image": None}, "scaffold: needs an image to deploy; write `image.name` too"),
        ({"helmRelease": {"chart": "./c"}, "kustomization": None}, "scaffold: writes a kustomiz"),
        ({"scaffold": {"port": 0}}, "scaffold.port: is too small; the least is 1"),
        ({"scaffold": {"replicas": -1}}, "scaffold.replicas: is too small; the least is 0"),
        ({"scaffold": {"prot": 1}}, "scaffold.prot: is not a known key; did you mean `port`?"),
    ],
)  # fmt: skip
def test_a_scaffold_that_could_not_work_is_refused(changes: dict[str, object], fault: str) -> None:
    values = {"image": IMAGE, "kustomization": AWAY, "scaffold": {}, **changes}
    entry = {key: value for key, value in values.items() if value is not None}
    found = faults(applications=[app(**entry)])
    assert len([e for e in found if f"fluxhook:applications[0].{fault}" in e]) == 1, found
    assert json.dumps(found).count("scaffold") <= 2
