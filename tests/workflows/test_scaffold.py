"""The workflow that a scaffold writes keeps to what the repository's own do."""

from pathlib import Path

import pytest

from tests.unit.program.test_scaffold import OVERLAYS, rendered
from tests.workflows.test_workflows import (
    lint,
)
from tests.workflows.test_workflows import (
    test_every_action_of_others_is_pinned_by_its_commit_with_the_version_beside as pinned,
)
from tests.workflows.test_workflows import (
    test_permissions_are_given_by_name as permissions,
)


@pytest.mark.parametrize("path", OVERLAYS)
def test_actionlint_finds_nothing_in_it(path: str, tmp_path: Path) -> None:
    file = tmp_path / "ci.yml"
    file.write_text(rendered(path=path, branch="release/1.0")[".github/workflows/ci.yml"])
    done = lint(file)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    pinned(file)
    permissions(file)
