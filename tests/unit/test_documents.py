"""What is written down agrees with the program: the stack files, and the README's figures."""

import re

import yaml

import settings
from tests.unit.conftest import ROOT, raw

PLACEHOLDER = "is still the placeholder of the example; write your own in place of the capitals"


def test_every_stack_file_of_the_repository_has_no_fault_but_its_placeholders() -> None:
    for name, placeholders in (("dev", 0), ("staging", 5), ("production", 5)):
        text = (ROOT / f"Pulumi.{name}.yaml").read_text()
        found = faults_of(text)
        assert len(found) == placeholders, name
        assert all(each.endswith(PLACEHOLDER) for each in found), found
        assert faults_of(re.sub(r"YOUR-[A-Z-]+", "mine", text)) == [], name


def faults_of(text: str) -> list[str]:
    config = yaml.safe_load(text)["config"]
    own = {key.removeprefix("fluxhook:"): value for key, value in config.items()}
    own.pop("aws:region", None)
    plain = {
        key: "secret" if isinstance(value, dict) and "secure" in value else value
        for key, value in own.items()
    }
    # What the files of the examples say is set with `pulumi config set --secret`, or in the environment.
    return settings.parse(raw({"registryToken": "token"} | plain), "unit")[1]


def test_the_readmes_figures_are_those_that_the_benches_wrote() -> None:
    readme = (ROOT / "README.md").read_text()
    cold, again, *_ = re.findall(r"\| (\d+) \| [\d.]+ \|", (ROOT / "docs/make-up.md").read_text())
    assert f"takes {cold} s in a fresh clone" in readme
    assert f"{again} s when run again" in readme
    webhook, interval = re.findall(r"\| \d+ \| (\d+) ms \|", (ROOT / "docs/latency.md").read_text())
    assert f"takes {webhook} ms at the median" in readme
    assert f"{interval} ms with an interval" in readme
