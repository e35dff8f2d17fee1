"""Who reads the README for the first time types its steps, word for word, and then the verbs in their order."""

import os
import re
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import pytest
import yaml

from lab.world import push
from lab.world.images import TOKEN
from lab.world.surroundings import BOT, BOT_EMAIL
from tests.deployment import ROOT, place_program
from tests.world import World, eventually

FIRST, SECOND = "cold-reader", "cold-second"
REGION = "eu-central-1"
UNIQUE = f"{FIRST}-{uuid.uuid4().hex}"
"""Name of bucket and key: `make one` keeps a lab with those of its last run."""
DESTROY = "pulumi destroy --run-program --stack shop"
USE_IT = (ROOT / "README.md").read_text().partition("## Use it")[2].partition("\n## ")[0]
BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
STEPS = [
    line.partition("#")[0].strip() for block in BLOCK.findall(USE_IT) for line in block.splitlines()
]
"""The commands of the README's numbered steps."""
VERBS = re.findall(r"`(\.venv/bin/python -m fluxhook [^`]+)`", USE_IT)
"""The verbs that its text names."""
MINE = {
    "YOUR-BUCKET": UNIQUE,
    "YOUR-KMS-KEY": UNIQUE,
    "YOUR-ORGANISATION": "developer-friendly",
    "flux.production.example.com": "flux.fluxhook.test",
    "YOUR-PRODUCTION-CLUSTER": "fluxhook-lab",
    "YOUR-BOT": BOT,
    "your-bot@example.com": BOT_EMAIL,
    "YOUR-REPOSITORY": FIRST,
}
"""What a reader writes in place of what is in capitals."""


def mine(text: str) -> str:
    """A text of the README or of an example, with a reader's own names."""
    for theirs, own in MINE.items():
        text = text.replace(theirs, own)
    return text


@dataclass
class Reader:
    """A reader with a shell in a clone."""

    world: World
    clone: Path
    variables: dict[str, str] = field(default_factory=dict)

    def types(self, command: str, answers: str = "", *, check: bool = True) -> str:
        """Types a command, and answers what it asks; returns all that it printed."""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.clone,
            env=self.variables,
            input=answers,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, f"{command}\n{done.stdout}"
        return done.stdout

    def fluxhook(self, verb: str) -> str:
        """Types a verb for the stack."""
        return self.types(f".venv/bin/python -m fluxhook {verb} --stack shop")

    @property
    def file(self) -> Path:
        """The stack file."""
        return self.clone / "Pulumi.shop.yaml"


@pytest.fixture(scope="module")
def reader(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Has an account at AWS with a bucket and a key, and two repositories."""
    clone = tmp_path_factory.mktemp("clone")
    place_program(clone)
    for name in ("requirements.txt", "Pulumi.production.yaml"):
        (clone / name).symlink_to(ROOT / name)
    home = clone / "home"
    home.mkdir()
    (home / "plugins").symlink_to(world.directory.pulumi_home / "plugins")
    variables = {**os.environ, **world.environment, "PULUMI_HOME": str(home)}
    # Nobody answers, and a preview is typed of its own. Where the state is, and what encrypts it, the steps say.
    for flag in ("YES", "SKIP_PREVIEW"):
        variables[f"PULUMI_OPTION_{flag}"] = "true"
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"):
        variables.pop(name)
    _prepare_aws(world)
    for name in (FIRST, SECOND):
        world.make_repository(name)
        content = {"apiVersion": "v1", "kind": "ConfigMap"}
        content |= {"metadata": {"name": name, "namespace": "default"}}  # type: ignore[dict-item]
        files = {
            "kustomize/overlays/production/kustomization.yaml": "resources: [config.yaml]\n",
            "kustomize/overlays/production/config.yaml": yaml.safe_dump(content),
        }
        with push.connect(world.state) as github:
            push.commit(github, push.full_name(name), "Something to deliver", files)
    made = Reader(world, clone, variables)
    try:
        yield made
    finally:
        if world.get(f"/repos/developer-friendly/{FIRST}/hooks"):
            made.types(DESTROY, check=False)


def _prepare_aws(world: World) -> None:
    names = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    url, key, secret = (world.environment[each] for each in names)
    session = boto3.Session(key, secret, region_name=REGION)
    place = {"LocationConstraint": REGION}
    session.client("s3", endpoint_url=url).create_bucket(
        Bucket=UNIQUE, CreateBucketConfiguration=place
    )
    kms = session.client("kms", endpoint_url=url)
    made = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=f"alias/{UNIQUE}", TargetKeyId=made)


def test_the_readmes_steps_lead_to_a_preview_without_a_fault(reader: Reader) -> None:
    login, install, init, *secrets, preview, _ = map(mine, STEPS)
    for command in (login, install, init):
        reader.types(command)
    before = reader.file.read_text()
    assert before.startswith("secretsprovider: awskms://") and "encryptedkey: " in before
    example = mine((reader.clone / "Pulumi.production.yaml").read_text())
    reader.file.write_text(before + example[example.index("config:") :])
    for command in secrets:
        assert command.startswith("pulumi config set --secret")
        reader.types(command, TOKEN)
    assert "to create" in reader.types(preview)
    # The other way that step 2 names begins again from here.
    reader.file.write_text(before)


def test_a_reader_gets_from_init_to_destroy(reader: Reader) -> None:
    world, (init, verify) = reader.world, VERBS
    answers = ("developer-friendly", "gateway", "gateway-system/public", "flux.fluxhook.test")
    reader.types(init, "\n".join([*answers, FIRST, REGION, ""]))
    assert "secretsprovider: awskms://" in reader.file.read_text()
    assert reader.fluxhook("check").endswith("✔ nothing stops an update\n")
    reader.types(STEPS[-1])
    assert reader.types(verify).endswith("✔ whole: 1 application\n")

    comment = "# A comment of the reader.\n"
    reader.file.write_text(comment + reader.file.read_text())
    assert "next: pulumi preview" in reader.fluxhook(f"add {SECOND}")
    assert reader.file.read_text().startswith(comment)
    reader.types(STEPS[-1])

    def is_applied() -> None:
        told = reader.fluxhook("status").splitlines()
        assert len(told) == 3, told

    eventually(is_applied)
    reader.types(DESTROY)
    for name in (FIRST, SECOND):
        for kind in ("keys", "hooks"):
            assert world.get(f"/repos/developer-friendly/{name}/{kind}") == []
        assert world.objects(name) == []
    assert world.parameters("/github/developer-friendly") == {}
