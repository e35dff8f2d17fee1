"""Pulumi's resource provider protocol over a `Provider` (`proto/pulumi/provider.proto`)."""

from contextlib import AbstractContextManager
from functools import partial

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from lab.plugins.core.answers import checked, diffed
from lab.plugins.core.engine import Engine
from lab.plugins.core.failures import answering
from lab.plugins.core.model import Call, Provider
from lab.plugins.core.values import decode, encode, object_like, plain_object


class Service(provider_pb2_grpc.ResourceProviderServicer):
    """Serves one provider.

    Args:
        provider: The provider to serve.
        engine: Address of the engine's own service, empty where the engine attaches later.
    """

    def __init__(self, provider: Provider, engine: str = "") -> None:
        """Serves the provider to that engine."""
        self._provider = provider
        self._engine = Engine(engine)

    # How the engine and the plugin agree.

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Agrees on how values travel: secrets marked, no references, no outputs with dependencies."""
        self._engine.connect(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True,
            accept_resources=False,
            accept_outputs=False,
        )

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> Empty:
        """Takes the address of an engine that found this plugin running."""
        self._engine.connect(request.address)
        return Empty()

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Answers with the version."""
        return plugin_pb2.PluginInfo(version=self._provider.version)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Answers with the smallest valid schema; the SDKs are generated already."""
        name, version = self._provider.name, self._provider.version
        return provider_pb2.GetSchemaResponse(schema=f'{{"name":"{name}","version":"{version}"}}')

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """Ends every wait."""
        self._provider.cancelled.set()
        return Empty()

    # The provider's configuration.

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Completes and checks the provider's options."""
        with self._answering(context):
            return checked(*self._provider.check_config(decode(request.news)))

    def DiffConfig(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Compares options."""
        with self._answering(context):
            olds = plain_object(decode(request.old_inputs))
            news = plain_object(decode(request.news))
            difference = self._provider.diff_config(olds, news)
            difference.ignore(request.ignoreChanges)
            return diffed(difference)

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Takes over the options."""
        with self._answering(context):
            self._provider.configure(plain_object(decode(request.args)))
            return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    # Resources.

    def Check(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Completes and checks a resource's inputs."""
        with self._answering(context, request.news):
            call = self._call(request.urn)
            resource = self._provider.resource(call.token)
            return checked(*resource.check(call, decode(request.news)))

    def Diff(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Compares state and inputs."""
        with self._answering(context):
            resource = self._provider.resource(self._call(request.urn).token)
            difference = resource.diff(
                plain_object(decode(request.olds)),
                plain_object(decode(request.old_inputs)),
                plain_object(decode(request.news)),
            )
            difference.ignore(request.ignoreChanges)
            return diffed(difference)

    def Create(
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """Creates a resource, or predicts it."""
        with self._answering(context, request.properties):
            call = self._call(request.urn, request.preview, request.timeout)
            inputs = decode(request.properties)
            identifier, state = self._provider.resource(call.token).create(call, inputs)
            return provider_pb2.CreateResponse(
                id="" if call.preview else identifier,
                properties=encode(object_like(state, inputs)),
            )

    def Read(
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        """Reads a resource; an empty answer says that it is gone."""
        with self._answering(context, request.properties):
            call = self._call(request.urn, timeout=request.timeout)
            olds, old_state = decode(request.inputs), decode(request.properties)
            found = self._provider.resource(call.token).read(call, request.id, olds, old_state)
            if found is None:
                return provider_pb2.ReadResponse()
            identifier, inputs, state = found
            inputs = object_like(inputs, olds)
            state = object_like(object_like(state, old_state), inputs)
            return provider_pb2.ReadResponse(
                id=identifier, inputs=encode(inputs), properties=encode(state)
            )

    def Update(
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """Changes a resource, or predicts it."""
        with self._answering(context, request.news):
            call = self._call(request.urn, request.preview, request.timeout)
            inputs = decode(request.news)
            resource = self._provider.resource(call.token)
            state = resource.update(call, request.id, decode(request.olds), inputs)
            return provider_pb2.UpdateResponse(properties=encode(object_like(state, inputs)))

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> Empty:
        """Deletes a resource."""
        with self._answering(context, request.properties):
            call = self._call(request.urn, timeout=request.timeout)
            resource = self._provider.resource(call.token)
            resource.delete(call, request.id, decode(request.properties))
            return Empty()

    def Invoke(
        self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        """Refuses every function: the stand-ins have none."""
        with self._answering(context):
            raise self._provider.not_covered(f"function {request.tok}")
        raise AssertionError("the call has been answered")

    # Used by all of them.

    def _call(self, urn: str, preview: bool = False, timeout: float = 0) -> Call:
        log = partial(self._engine.log, urn)
        return Call(urn, log, self._provider.cancelled, preview, timeout)

    def _answering(
        self, context: grpc.ServicerContext, given: Struct | None = None
    ) -> AbstractContextManager[None]:
        return answering(self._provider.name, context, given)
