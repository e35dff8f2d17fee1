"""One stand-in behind its protocol, spoken to as the engine does."""

from collections.abc import Callable

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from lab.plugins.core.server import start
from lab.plugins.core.values import Properties, decode, encode
from lab.plugins.providers import load

WITHIN = 60.0
"""Seconds until a server must have stopped."""


class Plugin:
    """One stand-in behind its protocol, spoken to as the engine does."""

    def __init__(self, name: str, config: Properties) -> None:
        self.name = name
        self._provider = load(name)
        self._server, port = start(self._provider)
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self.stub.Configure(provider_pb2.ConfigureRequest(args=encode(config)))

    def close(self) -> None:
        self.stub.Cancel(Empty())
        self._channel.close()
        self._server.stop(None).wait(WITHIN)
        self._provider.close()

    def urn(self, token: str, name: str = "one") -> str:
        return f"urn:pulumi:dev::tests::{token}::{name}"

    def check_config(self, config: Properties) -> dict[str, str]:
        answer = self.stub.CheckConfig(provider_pb2.CheckRequest(news=encode(config)))
        return {failure.property: failure.reason for failure in answer.failures}

    def diff_config(self, olds: Properties, news: Properties) -> provider_pb2.DiffResponse:
        answer: provider_pb2.DiffResponse = self.stub.DiffConfig(
            provider_pb2.DiffRequest(
                urn=self.urn("pulumi:providers:one"), old_inputs=encode(olds), news=encode(news)
            )
        )
        return answer

    def check(self, token: str, inputs: Properties) -> tuple[Properties, dict[str, str]]:
        answer = self.stub.Check(
            provider_pb2.CheckRequest(urn=self.urn(token), news=encode(inputs))
        )
        failures = {failure.property: failure.reason for failure in answer.failures}
        return decode(answer.inputs), failures

    def checked(self, token: str, inputs: Properties) -> Properties:
        found, failures = self.check(token, inputs)
        assert failures == {}
        return found

    def create(
        self, token: str, inputs: Properties, preview: bool = False, timeout: float = 30
    ) -> tuple[str, Properties]:
        answer = self.stub.Create(
            provider_pb2.CreateRequest(
                urn=self.urn(token),
                properties=encode(self.checked(token, inputs)),
                preview=preview,
                timeout=timeout,
            )
        )
        return answer.id, decode(answer.properties)

    def diff(
        self, token: str, state: Properties, news: Properties, ignore: tuple[str, ...] = ()
    ) -> provider_pb2.DiffResponse:
        answer: provider_pb2.DiffResponse = self.stub.Diff(
            provider_pb2.DiffRequest(
                urn=self.urn(token),
                id="any",
                olds=encode(state),
                old_inputs=encode(self.checked(token, news)),
                news=encode(self.checked(token, news)),
                ignoreChanges=ignore,
            )
        )
        return answer

    def update(
        self,
        token: str,
        identifier: str,
        state: Properties,
        news: Properties,
        preview: bool = False,
        timeout: float = 30,
    ) -> Properties:
        answer = self.stub.Update(
            provider_pb2.UpdateRequest(
                urn=self.urn(token),
                id=identifier,
                olds=encode(state),
                news=encode(self.checked(token, news)),
                preview=preview,
                timeout=timeout,
            )
        )
        return decode(answer.properties)

    def read(
        self, token: str, identifier: str, inputs: Properties, state: Properties
    ) -> tuple[str, Properties, Properties]:
        answer = self.stub.Read(
            provider_pb2.ReadRequest(
                urn=self.urn(token),
                id=identifier,
                inputs=encode(inputs),
                properties=encode(state),
            )
        )
        return answer.id, decode(answer.inputs), decode(answer.properties)

    def delete(self, token: str, identifier: str, state: Properties, timeout: float = 60) -> None:
        self.stub.Delete(
            provider_pb2.DeleteRequest(
                urn=self.urn(token), id=identifier, properties=encode(state), timeout=timeout
            )
        )


def kinds(difference: provider_pb2.DiffResponse) -> dict[str, str]:
    """Each changed path and the kind of its change."""
    return {
        path: provider_pb2.PropertyDiff.Kind.Name(change.kind)
        for path, change in difference.detailedDiff.items()
    }


StartPlugin = Callable[..., Plugin]
