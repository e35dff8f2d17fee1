import pytest

from fluxhook.demo.yaml_values import value, with_value
from lab.run.directory import LabError

TEXT = """\
# At the top.
replicas:
    - {name: a, count: 2} # Odd indentation.
images:
  - name: b
    newTag: "1" # {"$imagepolicy": "flux-system:b:tag"}
  - newTag: '2'
anchored: &x 3
block: |
  text
empty:
"""


@pytest.mark.parametrize(
    ("path", "new", "line"),
    [
        ("replicas.0.count", "5", "    - {name: a, count: 5} # Odd indentation."),
        ("images.0.newTag", "7", '    newTag: "7" # {"$imagepolicy": "flux-system:b:tag"}'),
        ("images.1.newTag", "7", '  - newTag: "7"'),
        ("images.0.name", "c", "  - name: c"),
        ("images.0.name", "c: # d", '  - name: "c: # d"'),
    ],
)
def test_one_value_changes_and_every_other_byte_stays(path: str, new: str, line: str) -> None:
    changed = with_value(TEXT, path, new)

    assert [
        after
        for before, after in zip(TEXT.splitlines(), changed.splitlines(), strict=True)
        if before != after
    ] == [line]
    assert value(changed, path) == new


@pytest.mark.parametrize(
    "path",
    ["replicas", "replicas.1.count", "replicas.x", "replicas.0.count.x", "anchored", "block", "c"],
)
def test_what_is_no_plain_value_is_refused(path: str) -> None:
    with pytest.raises(LabError, match=f"no plain value at {path}"):
        with_value(TEXT, path, "5")


def test_a_file_that_is_no_yaml_document_is_refused_in_one_line() -> None:
    for text in ("a: [", "a: 1\n---\na: 2\n"):
        with pytest.raises(LabError, match=r"^not one YAML document: [^\n]+$"):
            value(text, "a")


def test_a_value_that_does_not_fit_is_refused() -> None:
    with pytest.raises(LabError, match="empty cannot become"):
        with_value(TEXT, "empty", "5")
