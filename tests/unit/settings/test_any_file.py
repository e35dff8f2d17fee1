"""Whatever stands in a stack file: it is taken, or refused by faults; nothing else happens, and no secret is shown."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import settings
from settings import SECRETS
from tests.configurations import EVERYTHING, VALUES, stacks
from tests.unit.conftest import CONFIG, raw

SECRET = "c4n4ry" + "-of-a-secret"


def texts(values: dict[str, Any]) -> dict[str, str]:
    return {
        key: text if isinstance(text, str) else json.dumps(text) for key, text in values.items()
    }


@given(EVERYTHING)
def test_a_file_of_any_content_is_taken_or_refused_by_faults(written: dict[str, Any]) -> None:
    _, faults = settings.parse(texts(written), "unit")
    assert all(each.startswith("fluxhook:") for each in faults), faults
    assert len(faults) == len(set(faults))


@given(VALUES, VALUES)
def test_an_entry_of_any_content_is_taken_or_refused_by_faults(one: object, two: object) -> None:
    _, faults = settings.parse(texts({**CONFIG, "applications": [one, two]}), "unit")
    assert all(each.startswith("fluxhook:applications[") for each in faults), faults


@given(st.sampled_from(sorted(SECRETS)), st.text(max_size=5), EVERYTHING)
def test_no_fault_shows_a_secret(key: str, around: str, written: dict[str, Any]) -> None:
    secret = {key: f"{around}{SECRET}{around}"}
    _, faults = settings.parse(texts({**written, **secret}), "unit")
    assert not [each for each in faults if SECRET in each]


@given(stacks())
def test_a_random_configuration_that_should_be_valid_is(written: dict[str, Any]) -> None:
    assert settings.parse(raw({**CONFIG, **written}), "unit")[1] == []
