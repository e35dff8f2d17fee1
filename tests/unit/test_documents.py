"""What is written down agrees with the program: Pulumi.yaml, the stack files, the README and docs."""

import json
import re
import typing
from collections.abc import Iterator

import yaml
from components.config import parse
from pydantic import BaseModel

from components import values
from tests.unit.conftest import ROOT, raw


def test_pulumi_yaml_declares_every_key_with_the_programs_description_and_default() -> None:
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    assert declared.pop("applications")["type"] == "array"
    fields = {field.alias: field for field in values.Stack.model_fields.values()}
    assert list(declared) == list(fields)
    for key, field in fields.items():
        assert declared[key]["description"] == field.description
        # An empty default of a required key or a group stands for "not written".
        assert parse(raw({str(key): declared[key]["default"]}))[0] == parse({})[0], key


def test_every_stack_file_of_the_repository_is_without_fault() -> None:
    for name in ("dev", "staging", "production"):
        file = yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text())
        own = {
            k.removeprefix("fluxhook:"): v
            for k, v in file["config"].items()
            if k.startswith("fluxhook:")
        }
        plain = {
            k: "secret" if isinstance(v, dict) and "secure" in v else v for k, v in own.items()
        }
        # What the files of the examples say is set with `pulumi config set --secret`, or in the environment.
        faults = parse(raw({"botToken": "token", "registryToken": "token"} | plain))[2]
        assert faults == [], name


def test_the_page_of_keys_lists_every_one_with_its_default_and_description() -> None:
    page = (ROOT / "docs/configuration.md").read_text()

    def rows(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
        for field in model.model_fields.values():
            parts = (field.annotation, *typing.get_args(field.annotation))
            groups = [
                each for each in parts if isinstance(each, type) and issubclass(each, BaseModel)
            ]
            if groups:
                yield from rows(groups[0], f"{prefix}{field.alias}.")
            else:
                value = "" if field.is_required() else field.default
                text = value if isinstance(value, str) else json.dumps(value)
                default = f"`{text}`" if value not in (None, ()) else ""
                shown = "required" if field.is_required() else default
                yield f"| `{prefix}{field.alias}` | {shown} | {field.description} |"

    missing = [
        row
        for model in (values.Stack, values.Application)
        for row in rows(model)
        if row not in page
    ]
    assert missing == []


def test_the_readmes_figures_are_those_that_the_benches_wrote() -> None:
    readme = (ROOT / "README.md").read_text()
    cold, again, *_ = re.findall(r"\| (\d+) \| [\d.]+ \|", (ROOT / "docs/make-up.md").read_text())
    assert f"takes {cold} s in a fresh clone" in readme
    assert f"{again} s when run again" in readme
    webhook, interval = re.findall(r"\| \d+ \| (\d+) ms \|", (ROOT / "docs/latency.md").read_text())
    assert f"takes {webhook} ms at the median" in readme
    assert f"{interval} ms with an interval" in readme
