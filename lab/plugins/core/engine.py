"""The Pulumi engine as a plugin sees it: who shows messages to the user."""

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


class Engine:
    """The engine, once its address is known; messages before that are dropped.

    Args:
        address: Where the engine serves, empty where it attaches later.
    """

    def __init__(self, address: str) -> None:
        """Connects, where there is an address."""
        self._stub: engine_pb2_grpc.EngineStub | None = None
        self.connect(address)

    def connect(self, address: str) -> None:
        """Sends messages to the engine at `address` from now on; an empty one changes nothing."""
        if address:
            self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def log(self, urn: str, severity: str, message: str) -> None:
        """Shows a message beside a resource.

        Args:
            urn: The resource's URN.
            severity: INFO for a message that the next one replaces, or WARNING.
            message: The text.
        """
        if self._stub is None:
            return
        request = engine_pb2.LogRequest(
            severity=engine_pb2.LogSeverity.Value(severity),
            message=message,
            urn=urn,
            ephemeral=severity == "INFO",
        )
        try:
            self._stub.Log(request)
        except grpc.RpcError:
            self._stub = None  # The engine went away; a message is no reason to fail.
