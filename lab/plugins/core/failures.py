"""How an operation that failed is answered."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, status_pb2

from lab.plugins.core.model import InitFailedError, ProviderError
from lab.plugins.core.values import (
    UnsupportedValueError,
    decode,
    encode,
    object_like,
    redact,
    secrets_in,
)


@contextmanager
def answering(
    name: str, context: grpc.ServicerContext, given: Struct | None = None
) -> Iterator[None]:
    """Turns an exception into the answer of a call, without any secret of its inputs.

    Args:
        name: The provider's name.
        context: The call.
        given: The inputs; an API may quote them when it refuses them.
    """

    def safe(error: Exception) -> str:
        return redact(str(error), secrets_in(decode(given)) if given is not None else ())

    try:
        yield
    except InitFailedError as error:
        message = safe(error)
        context.set_trailing_metadata((("grpc-status-details-bin", _details(error, message)),))
        context.abort(grpc.StatusCode.UNKNOWN, message)
    except (ProviderError, UnsupportedValueError) as error:
        context.abort(grpc.StatusCode.UNKNOWN, safe(error))
    except Exception as error:
        context.abort(grpc.StatusCode.UNKNOWN, _unforeseen(name, error))


def _details(error: InitFailedError, message: str) -> bytes:
    # The state travels as a detail of the status: the engine must record the object.
    detail = AnyMessage()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=error.identifier,
            properties=encode(object_like(error.state, error.inputs)),
            inputs=encode(error.inputs),
            reasons=[message],
        )
    )
    status = status_pb2.Status(code=2, message=message, details=[detail])
    serialized: bytes = status.SerializeToString()
    return serialized


def _unforeseen(name: str, error: Exception) -> str:
    # The place of a bug, and not the exception's message, which may quote a secret input.
    trace, where = error.__traceback__, "?"
    while trace is not None:
        where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
        trace = trace.tb_next
    kind = type(error).__name__
    return f"the lab's stand-in for the {name} provider failed: {kind}, {where}"
