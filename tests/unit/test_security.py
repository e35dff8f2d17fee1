"""SECURITY.md says nothing without a test; and every lock carries hashes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.conftest import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt", "policy/requirements.txt")
SECTIONS = ("What is protected", "What is not protected")


def rows(section: str) -> Iterator[str]:
    """The rows of a section's tables, without their heads."""
    text = (ROOT / "SECURITY.md").read_text().partition(f"\n## {section}\n")[2]
    lines = text.partition("\n## ")[0].splitlines()
    for number, line in enumerate(lines):
        head = lines[number + 1 : number + 2]
        if line.startswith("| ") and not line.startswith("| ---") and head != [rule(line)]:
            yield line


def rule(head: str) -> str:
    """The line below a table's head."""
    return "| " + " | ".join(["---"] * (head.count("|") - 1)) + " |"


@pytest.mark.parametrize("section", SECTIONS)
def test_every_line_about_security_names_a_test_that_exists(section: str) -> None:
    known = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", file.read_text(), re.MULTILINE)
    }
    found = list(rows(section))
    assert len(found) > 8
    for row in found:
        named = re.findall(r"`(test_\w+)`", row.split(" | ")[-1])
        assert named, row
        assert set(named) <= known, row


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_locked_with_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text()
    packages = re.split(r"^(?=[a-z0-9][\w.-]*(?:\[[\w,-]+\])?==)", text, flags=re.MULTILINE)[1:]
    assert len(packages) > 10
    for package in packages:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", package), package.splitlines()[0]
    assert "://" not in text, "no address of a registry"


def test_no_tool_writes_a_lock_that_is_not_checked() -> None:
    written = re.findall(
        r"^lock:.*\n.*for name in (.+); do", Path(ROOT / "Makefile").read_text(), re.M
    )
    assert [f"{name}.txt" for name in written[0].split()] == list(LOCKS)
