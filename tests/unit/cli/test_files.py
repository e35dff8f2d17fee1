"""`fluxhook init` and `fluxhook add`: what they write is what a person would, and passes the program's checks."""

from pathlib import Path

import pytest
import yaml

from fluxhook.files.stack_file import faults
from tests.unit.cli.conftest import Pulumi, fluxhook
from tests.unit.conftest import ROOT

HEAD = """\
# The first line is a comment.
config:
  fluxhook:owner: my-organisation   # ours
  fluxhook:host: flux.example.com
  fluxhook:gateway: {name: public, namespace: "gateway-system"}
"""
TAIL = """\

  # What comes behind stays behind.
  aws:region: 'eu-central-1'
encryptionsalt: v1:abc
"""
LISTS = {
    "indented": "  fluxhook:applications:\n    - repository: first # one\n      branch: main\n",
    "not indented": "  fluxhook:applications:\n  - repository: first\n",
    "with a block of text at its end": (
        "  fluxhook:applications:\n    - repository: first\n      helmRelease:\n        chart: ./chart\n"
        "        values:\n          text: |\n            one\n            two\n"
    ),
    "in one line": "  fluxhook:applications: [{repository: first}]\n",
    "empty": "  fluxhook:applications: []\n",
    "without a value": "  fluxhook:applications:\n",
    "absent": "",
}


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A directory with the program's Pulumi.yaml."""
    (tmp_path / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text())
    return tmp_path


def options(program: Path, stack: str = "shop") -> list[str]:
    return ["-C", str(program), "--stack", stack]


def config_of(program: Path, stack: str = "shop") -> dict[str, object]:
    config: dict[str, object] = yaml.safe_load((program / f"Pulumi.{stack}.yaml").read_text())[
        "config"
    ]
    return config


@pytest.mark.parametrize("tail", ["", TAIL])
@pytest.mark.parametrize("form", LISTS)
def test_an_added_entry_is_all_that_changes(form: str, tail: str, program: Path) -> None:
    file = program / "Pulumi.shop.yaml"
    before = HEAD + LISTS[form] + tail
    file.write_text(before)
    known = yaml.safe_load(before)["config"].get("fluxhook:applications") or []
    fluxhook("add", "my-organisation/second", *options(program), "--branch", "next")
    added = {"repository": "my-organisation/second", "branch": "next"}
    assert config_of(program)["fluxhook:applications"] == [*known, added]
    after = file.read_text()
    left = [line for line in before.splitlines() if "applications: [" not in line]
    assert [line for line in after.splitlines() if line in left] == left
    assert faults(after, "shop") == []
    # Without a list, it is written behind the last key.
    assert form == "absent" or after.endswith(tail)


def test_every_option_of_add_reaches_its_key(program: Path) -> None:
    (program / "Pulumi.shop.yaml").write_text(HEAD)
    more = ["--name", "app", "--path", "./deploy", "--target-namespace", "apps"]
    fluxhook("add", "second", *options(program), *more)
    assert config_of(program)["fluxhook:applications"] == [
        {
            "repository": "second",
            "name": "app",
            "kustomization": {"path": "./deploy", "targetNamespace": "apps"},
        }
    ]


@pytest.mark.parametrize(
    ("repository", "more", "told"),
    [
        ("first", [], "applications[1].repository: is the repository of applications[0] too"),
        ("my-organisation/second.git", [], "applications[1].repository: "),
        (
            "second",
            ["--path", "deploy"],
            "applications[1].kustomization.path: does not begin with ./",
        ),
    ],
)
def test_an_entry_that_the_program_would_refuse_is_not_written(
    repository: str, more: list[str], told: str, program: Path
) -> None:
    file = program / "Pulumi.shop.yaml"
    file.write_text(before := HEAD + LISTS["indented"])
    refused = fluxhook("add", repository, *options(program), *more, code=1).stderr
    assert "Pulumi.shop.yaml has 1 fault with this entry; nothing was written:\n" in refused
    assert told in refused
    assert file.read_text() == before


def test_a_fault_that_was_there_before_does_not_stop_another_entry(program: Path) -> None:
    file = program / "Pulumi.shop.yaml"
    file.write_text(HEAD + "  fluxhook:port: 99999999\n" + LISTS["indented"])
    fluxhook("add", "second", *options(program))
    assert "99999999" in file.read_text()


def test_secrets_of_a_file_stay_encrypted_and_are_no_obstacle(program: Path) -> None:
    file = program / "Pulumi.shop.yaml"
    secrets = """\
  fluxhook:registryToken:
    secure: v1:abc
  fluxhook:notifications:
    - {name: team, type: slack, channel: general}
  fluxhook:notificationSecrets:
    team:
      address: {secure: "v1:def"}
"""
    file.write_text(HEAD + secrets + LISTS["indented"])
    fluxhook("add", "second", *options(program))
    assert secrets in file.read_text()
    assert faults(file.read_text(), "shop") == []


def test_a_file_to_which_nothing_can_be_added_gets_the_entry_to_add_by_hand(program: Path) -> None:
    file = program / "Pulumi.shop.yaml"
    file.write_text(before := 'config: {"fluxhook:owner": me}\n')
    refused = fluxhook("add", "second", *options(program), code=1).stderr
    assert "add this to fluxhook:applications:\n- repository: second\n" in refused
    assert file.read_text() == before


def test_without_a_file_add_names_init(program: Path) -> None:
    refused = fluxhook("add", "second", *options(program), code=3).stderr
    assert refused == (
        "fluxhook: there is no Pulumi.shop.yaml; `fluxhook init --stack shop` writes it\n"
    )


@pytest.mark.parametrize("text", ["config: [", "- a\n", "config: text\n"])
def test_a_file_that_is_none_is_refused_in_one_line(text: str, program: Path) -> None:
    (program / "Pulumi.shop.yaml").write_text(text)
    refused = fluxhook("add", "second", *options(program), code=1).stderr
    assert refused.startswith("fluxhook: the file is not ") and refused.count("\n") == 1


def test_without_a_program_its_directory_is_asked_for(tmp_path: Path) -> None:
    refused = fluxhook("add", "second", *options(tmp_path), code=3).stderr
    assert refused.endswith("name its directory: -C DIRECTORY\n")


def test_the_selected_stack_is_the_default_also_below_the_program(
    program: Path, pulumi: Pulumi
) -> None:
    pulumi.says("stack --show-name", "shop/fluxhook/unit\n")
    (program / "Pulumi.unit.yaml").write_text(HEAD)
    (program / "below").mkdir()
    fluxhook("add", "second", "-C", str(program / "below"))
    assert config_of(program, "unit")["fluxhook:applications"] == [{"repository": "second"}]


EXPOSURES: dict[str, dict[str, object]] = {
    "--gateway=edge/public": {"gateway": {"name": "public", "namespace": "edge"}},
    "--gateway=edge/public/tls": {
        "gateway": {"name": "public", "namespace": "edge", "sectionName": "tls"}
    },
    "--ingress=nginx": {"ingress": {"className": "nginx"}},
    "--node-port=31234": {"nodePort": {"port": 31234}},
    "--load-balancer": {"loadBalancer": {}},
}


@pytest.mark.parametrize("backend", ["external-secrets", "kubernetes"])
@pytest.mark.parametrize("exposure", EXPOSURES)
def test_init_with_options_asks_nothing_and_writes_a_file_without_faults(
    exposure: str, backend: str, program: Path
) -> None:
    more = ["--region", "eu-west-1"] if backend == "external-secrets" else ["--backend", backend]
    done = fluxhook(
        *("init", *options(program), "--owner", "my-organisation", "--host", "flux.example.com"),
        *(exposure, "--repository", "one", "--repository", "other/two", "--kube-context", "prod"),
        *more,
    )
    assert done.stderr == ""
    assert "✔ wrote Pulumi.shop.yaml" in done.stdout
    config = config_of(program)
    for key, value in EXPOSURES[exposure].items():
        assert config[f"fluxhook:{key}"] == value
    assert config["fluxhook:applications"] == [{"repository": "one"}, {"repository": "other/two"}]
    assert config["fluxhook:kubeContext"] == "prod"
    assert config.get("aws:region") == ("eu-west-1" if backend == "external-secrets" else None)
    assert ("fluxhook:secrets" in config) == (backend == "kubernetes")
    assert faults((program / "Pulumi.shop.yaml").read_text(), "shop") == []


def test_init_asks_for_what_is_missing_and_again_after_a_wrong_answer(program: Path) -> None:
    answers = [
        *("-wrong-", "my-organisation", "tunnel", "gateway", "Edge/public", "edge/public"),
        *("https://flux.example.com", "flux.example.com", "a b.git", "one, other/two", "eu-west-1"),
    ]
    asked = fluxhook("init", *options(program), answers="\n".join(answers) + "\n").stderr
    for told in ("write one of gateway, ", "is not a Kubernetes name", "is not a DNS name"):
        assert told in asked
    assert config_of(program) == {
        "aws:region": "eu-west-1",
        "fluxhook:owner": "my-organisation",
        "fluxhook:host": "flux.example.com",
        "fluxhook:gateway": {"name": "public", "namespace": "edge"},
        "fluxhook:applications": [{"repository": "one"}, {"repository": "other/two"}],
    }


def test_where_nobody_answers_the_option_is_named(program: Path) -> None:
    refused = fluxhook("init", *options(program), code=2).stderr
    assert refused.endswith("is missing; say it by --owner\n")
    assert not (program / "Pulumi.shop.yaml").exists()


def test_init_keeps_what_pulumi_wrote_about_encryption(program: Path) -> None:
    file = program / "Pulumi.shop.yaml"
    file.write_text(kept := "secretsprovider: awskms://alias/key\nencryptedkey: abc\n")
    answers = "me\nloadBalancer\none\neu-west-1\n"
    fluxhook("init", *options(program), answers=answers)
    assert kept in file.read_text()
    assert faults(file.read_text(), "shop") == []


def test_init_leaves_a_configuration_alone(program: Path) -> None:
    file = program / "Pulumi.shop.yaml"
    file.write_text(HEAD)
    answers = "me\nloadBalancer\none\neu-west-1\n"
    refused = fluxhook("init", *options(program), code=1, answers=answers).stderr
    assert "has a configuration already" in refused
    assert file.read_text() == HEAD


def test_options_with_faults_are_refused_in_one_message(program: Path) -> None:
    refused = fluxhook(
        *("init", *options(program), "--owner", "my organisation", "--node-port", "80"),
        *("--repository", "one", "--region", "eu-west-1", "--load-balancer"),
        code=1,
    ).stderr
    assert "faults; nothing was written:" in refused
    assert "fluxhook:owner: " in refused and "fluxhook:nodePort: stands beside" in refused
    assert not (program / "Pulumi.shop.yaml").exists()
