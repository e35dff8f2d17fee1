"""Defaults of settings are valid: a default that is written into the file is taken."""

import pytest

from settings.models.group import Group, keys_of

REQUIRED: dict[str, object] = {
    "owner": "o", "login": "b", "email": "a@b.c", "repository": "o/r", "path": "./", "url": "oci://r",
    "kind": "Secret", "type": "slack", "id": 1, "installationId": 1, "region": "eu-central-1",
    "ChartRef.kind": "HelmChart",
}  # fmt: skip
"""Values for required keys, also of one group; a name may be `x`."""


@pytest.mark.parametrize("group", Group.__subclasses__())
def test_every_default_would_be_taken_if_it_were_written(group: type[Group]) -> None:
    written = {
        key.name: REQUIRED.get(f"{group.__name__}.{key.name}", REQUIRED.get(key.name, "x"))
        for key in keys_of(group).values()
        if key.field.is_required()
    }
    found = group.model_validate(written)
    assert group.model_validate(found.model_dump(by_alias=True)) == found
