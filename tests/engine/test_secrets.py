"""No secret in clear: canaries are planted, and hunted in everything that Pulumi writes; the policy pack looks on."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lab.world.surroundings import BOT
from policy import aws, github
from tests.deployment import DEBUG, Run, deployed
from tests.engine.canaries import files, forms, planted, watched
from tests.engine.policy_pack import installed_pack
from tests.world import World

TELLS_THE_PATH = ("notification-controller.log", "gateway.log")
"""Logs that have the path of a receiver URL, as SECURITY.md says."""


@dataclass(frozen=True)
class Hunt:
    """What was planted in a stack's life, every text in which it could stand, and what the policy pack said."""

    canaries: Mapping[str, str]
    texts: Mapping[str, str]
    in_clear: str
    """The state as it is exported when secrets are asked for."""
    loud: str
    """What the most verbose log says."""
    up: Run
    analyzed: Run
    tampered: subprocess.CompletedProcess[str]
    """The analysis of a state that somebody has changed."""


@pytest.fixture(scope="module")
def hunt(world: World, tmp_path_factory: pytest.TempPathFactory) -> Hunt:
    """The life of a stack in which every secret there can be is set."""
    directory = tmp_path_factory.mktemp("canaries")
    pack = installed_pack(directory)
    temporary = directory / "tmp"
    temporary.mkdir()
    with deployed(world, "canaries", directory) as rich:
        bot = {"login": BOT, "name": "Canary", "email": "canary@example.com"}
        image = {"name": "ghcr.io/o/r", "private": True}
        rich.config |= {
            "bot": bot,
            "applications": [{"repository": rich.stack, "image": image}],
            **{key: f"canary-{key}-" + "x" * 8 for key in ("botPassphrase", "registryToken")},
        }
        rich.environment["TMPDIR"] = str(temporary)
        # What is shown before an update is hunted too.
        shows = ("--diff", "--skip-preview=false", "--debug")
        judged = ("--policy-pack", str(pack))
        # The command of the tests that sets secrets has them as arguments.
        rich.pulumi("config")
        with watched() as arguments:
            up = rich.up(*shows, *judged)
            runs = {"up": up, "refresh": rich.operate("refresh", *shows)}
            analyzed = rich.pulumi("policy", "analyze", *judged)
        loud = rich.pulumi("preview", "-v=9", "--logtostderr").output
        exported = rich.pulumi("stack", "export").output
        in_clear = rich.pulumi("stack", "export", "--show-secrets").output
        canaries = planted(rich, json.loads(in_clear))
        file = temporary / "tampered.json"
        file.write_text(json.dumps(tampered_with(json.loads(exported))))
        tampered = analyzed_file(world, file, pack)
        rich.config["tokenLength"] = 48
        rich.pulumi("config")
        with watched() as more:
            runs["preview"] = rich.preview("--diff", "--debug", *judged)
            texts = {"state": rich.state(), "export": exported, "analysis": analyzed.output}
            # Before `destroy`, which empties the state, and deletes what is in files.
            for place in (directory, world.directory.pulumi_home, world.directory.pulumi_state):
                texts.update(files(place))
            runs["destroy"] = rich.operate("destroy", *shows)
        texts.update(files(world.directory.logs))
        for verb, run in runs.items():
            texts[f"output of {verb}"] = run.output
            texts[f"events of {verb}"] = json.dumps(list(run.events))
    texts["arguments of processes"] = "\n".join(arguments | more)
    return Hunt(canaries, texts, in_clear, loud, up, analyzed, tampered)


def tampered_with(exported: dict[str, Any]) -> dict[str, Any]:
    """A state in which somebody has stored a parameter in clear, and has had a webhook deliver everything."""
    for resource in exported["deployment"]["resources"]:
        for known in (resource.get("inputs", {}), resource.get("outputs", {})):
            if resource["type"] == aws.PARAMETER:
                known["type"] = "String"
            if resource["type"] == github.WEBHOOK:
                known["events"] = ["*"]
    return exported


def analyzed_file(world: World, file: Path, pack: Path) -> subprocess.CompletedProcess[str]:
    """`pulumi policy analyze` of an exported state."""
    return subprocess.run(
        ["pulumi", "policy", "analyze", "--file", file, "--policy-pack", pack],
        env={**os.environ, **DEBUG, **world.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_no_canary_is_in_state_events_output_arguments_or_files(hunt: Hunt) -> None:
    for name, canary in hunt.canaries.items():
        for form in forms(canary):
            for place, text in hunt.texts.items():
                if name == "the receiver path" and place.endswith(TELLS_THE_PATH):
                    continue
                assert form not in text, f"{name} in clear in {place}"


def test_the_hunt_finds_what_is_there(hunt: Hunt) -> None:
    for name in ("/canaries/developer-friendly/canaries/deploy-key", "the receiver path"):
        assert any(form in hunt.in_clear for form in forms(hunt.canaries[name]))
    (log,) = (text for place, text in hunt.texts.items() if place.endswith(TELLS_THE_PATH[0]))
    assert hunt.canaries["the receiver path"] in log
    for place in ("events of destroy", "arguments of processes", "output of up"):
        assert "canaries" in hunt.texts[place]
    assert "debug:" in hunt.texts["output of up"]


def test_the_most_verbose_log_of_pulumi_has_secrets_in_clear(hunt: Hunt) -> None:
    assert any(canary in hunt.loud for canary in hunt.canaries.values())


def test_the_policy_pack_lets_the_stack_pass_and_advises(hunt: Hunt) -> None:
    for output in (hunt.up.output, hunt.analyzed.output):
        assert "[mandatory]" not in output
        assert "parameter-has-a-key-of-its-own" in output
        assert "signing-key-is-protected" in output
        assert "interval-is-reasonable" not in output


def test_the_policy_pack_refuses_an_exported_state_that_breaks_its_rules(hunt: Hunt) -> None:
    assert hunt.tampered.returncode != 0
    for policy in ("parameter-is-encrypted", "webhook-events-are-named"):
        assert policy in hunt.tampered.stdout
    assert "webhook-has-a-receiver" not in hunt.tampered.stdout
