"""A recording engine: Pulumi's mocks, with everything that was registered kept for the tests to ask about."""

import asyncio
import json
import runpy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pulumi
import pulumi.runtime
import pytest
from pulumi.runtime import rpc, settings
from pulumi.runtime.proto.source_pb2 import StackTrace

from settings import SECRETS

ROOT = Path(__file__).parents[2]


def owned(component: str) -> dict[str, str]:
    """The annotations that name stack and component as owners of an object."""
    return {"fluxhook/stack": "organization/fluxhook/unit", "fluxhook/component": component}


TOKEN = "t" * 32
GATEWAY = {"name": "public", "namespace": "gateway-system"}
CONFIG: Mapping[str, object] = {
    "owner": "developer-friendly",
    "host": "flux.example.com",
    "gateway": GATEWAY,
    "applications": [{"repository": "echo-server"}],
}


def raw(values: Mapping[str, object]) -> dict[str, str]:
    """Configuration as Pulumi hands it to a program."""
    return {
        key: text if isinstance(text, str) else json.dumps(text) for key, text in values.items()
    }


def is_secret(value: object) -> bool:
    """Whether the engine got the value wrapped as a secret."""
    return isinstance(value, dict) and value.get(rpc._special_sig_key) == rpc._special_secret_sig


def revealed(value: object) -> object:
    """A value without its secret wrappings, at any depth."""
    if is_secret(value):
        return revealed(value["value"])  # type: ignore[index]
    if isinstance(value, dict):
        return {key: revealed(each) for key, each in value.items()}
    return [revealed(each) for each in value] if isinstance(value, list) else value


def without_proof(annotations: object) -> dict[str, str]:
    """Annotations with a wait, without the digest and the condition on it."""
    told = revealed(annotations)
    assert isinstance(told, dict)
    digest = told.pop("fluxhook/content")
    proof, *waits = json.loads(told["pulumi.com/waitFor"])
    assert proof == f"jsonpath={{.metadata.annotations['fluxhook/content']}}={digest}"
    return {**told, "pulumi.com/waitFor": waits[0] if len(waits) == 1 else json.dumps(waits)}


@dataclass
class Engine(pulumi.runtime.Mocks):
    """Answers as the providers would and records every registration in its order."""

    registered: list[pulumi.runtime.MockResourceArgs] = field(default_factory=list)
    exports: dict[str, object] = field(default_factory=dict)
    secrets_in_clear: bool = False

    def new_resource(
        self, args: pulumi.runtime.MockResourceArgs
    ) -> tuple[str | None, dict[str, object]]:
        self.registered.append(args)
        outputs: dict[str, dict[str, object]] = {
            "random:index/randomPassword:RandomPassword": {"result": TOKEN},
            "aws:ssm/parameter:Parameter": {
                "version": 1,
                "arn": f"arn:aws:ssm:eu-central-1:123456789012:parameter{args.inputs.get('name')}",
            },
            "github:index/userGpgKey:UserGpgKey": {"keyId": "0123456789ABCDEF"},
        }
        return f"{args.name}-id", {**args.inputs, **outputs.get(args.typ, {})}

    def call(
        self, args: pulumi.runtime.MockCallArgs
    ) -> tuple[dict[str, object], list[tuple[str, str]] | None]:
        return {"keys": ["ssh-rsa BBBB", "ssh-ed25519 AAAA"]}, []

    def of(self, kind: str) -> list[pulumi.runtime.MockResourceArgs]:
        """The resources, components left out, whose type token ends in `kind`."""
        custom = [each for each in self.registered if not each.typ.startswith("fluxhook:")]
        return [each for each in custom if each.typ.endswith(f":{kind}")]

    def one(self, kind: str) -> pulumi.runtime.MockResourceArgs:
        """The only registration of its kind."""
        (only,) = self.of(kind)
        return only

    def run(self, program: Callable[[], object]) -> None:
        """Run a program to its end, all registrations included."""
        pulumi.runtime.set_mocks(
            self, project="fluxhook", stack="unit", organization="organization"
        )
        # A stack trace for each resource, of pytest's frames, is a seventh of the time and read by nobody.
        with patch("pulumi.runtime.resource._get_stack_trace", StackTrace):
            pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]

    def up(self, **config: object) -> None:
        """Run `__main__.py` as a whole with a configuration."""
        values = {key: value for key, value in {**CONFIG, **config}.items() if value is not None}
        pulumi.runtime.set_all_config(
            {f"fluxhook:{key}": text for key, text in raw(values).items()},
            [f"fluxhook:{key}" for key in SECRETS if not self.secrets_in_clear],
        )

        def program() -> None:
            stack: Any = settings.get_root_resource()
            # One process has one, with what the last program exported and had watched over.
            stack.outputs.clear()
            stack._transformations = []
            runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")
            self.exports = dict(stack.outputs)

        self.run(program)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A fresh engine; nothing of the environment reaches the program."""
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.setenv("GITHUB_BOT_TOKEN", "bot" + "-token")
    monkeypatch.setenv("KUBECONFIG", str(ROOT / "no-kubeconfig"))
    # As who removes a stack whose cluster is gone for good: nobody is asked whose an object is.
    monkeypatch.setenv("PULUMI_K8S_DELETE_UNREACHABLE", "true")
    # Pulumi runs on the thread's current event loop; an `asyncio.run` before has left none.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield Engine()
    pulumi.runtime.set_all_config({})
    asyncio.set_event_loop(None)
    loop.close()
