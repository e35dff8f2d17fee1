"""Documents work as they are read: links lead somewhere, the index is complete, examples in Python run."""

import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pulumi.runtime
import pytest
from packaging.requirements import Requirement

from tests.unit.conftest import ROOT, Engine

PAGES = sorted(
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
)
CODE = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]+\]\((?![a-z]+:)([^)\s]+)\)")
PYTHON = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
EXAMPLES = [
    pytest.param(match[1], id=f"{page.stem}-{number}")
    for page in PAGES
    for number, match in enumerate(PYTHON.finditer(page.read_text()))
]


def anchors(page: Path) -> Iterator[str]:
    """The anchors that GitHub makes of a page's headings; it numbers those that are there already."""
    seen: Counter[str] = Counter()
    for heading in re.findall(r"^#+ (.+)$", CODE.sub("", page.read_text()), re.MULTILINE):
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        yield f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor
        seen[anchor] += 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(CODE.sub("", page.read_text())):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_index_of_docs_names_every_page() -> None:
    index = ROOT / "docs/README.md"
    named = {(index.parent / link).resolve() for link in LINK.findall(index.read_text())}
    assert {page for page in PAGES if page.is_relative_to(index.parent)} - {index} <= named


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_in_python_ends_with_a_webhook(example: str, engine: Engine) -> None:
    pulumi.runtime.set_all_config({"fluxhook:botToken": "some" + "-token"})
    engine.run(lambda: exec(example, {"__name__": "__main__"}))  # noqa: S102
    assert engine.registered[-1].typ == "github:index/repositoryWebhook:RepositoryWebhook"


def test_the_package_depends_on_what_requirements_in_names_and_the_lock_fulfils_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = [Requirement(text) for text in project["dependencies"]]
    lines = (ROOT / "requirements.in").read_text().splitlines()
    named = {Requirement(line).name for line in lines if line and not line.startswith("#")}
    assert {each.name for each in needed} == named
    locked = dict(
        re.findall(
            r"^([\w-]+)(?:\[\S+\])?==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE
        )
    )
    for each in needed:
        assert each.specifier.contains(locked[each.name]), each
        assert {">=", "<"} == {bound.operator for bound in each.specifier}, each
