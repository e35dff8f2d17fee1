"""What is generated from the settings is up to date."""

import yaml

from settings import models
from settings.documentation import generated
from settings.models.group import keys_of
from tests.unit.conftest import ROOT


def test_the_generated_files_are_those_of_make_docs() -> None:
    stale = [
        str(path.relative_to(ROOT))
        for path, content in generated().items()
        if path.read_text() != content
    ]
    assert stale == [], "run `make docs`"


def test_pulumi_yaml_declares_every_key_and_leaves_every_refusal_to_the_program() -> None:
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    assert list(declared) == [*keys_of(models.Stack), "applications"]
    for key, declaration in declared.items():
        assert set(declaration) == {"description", "default"}, key
        assert declaration["default"] == "", key


def test_the_page_has_every_key_of_every_group_with_its_description() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()
    groups = [getattr(models, name) for name in models.__all__]
    for group in groups:
        if isinstance(group, type) and issubclass(group, models.Group):
            for key in keys_of(group).values():
                assert f"| `{key.name}` | " in page
                assert f" | {key.description} |" in page
