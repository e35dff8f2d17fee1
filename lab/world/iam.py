"""AWS seen through an IAM policy: a proxy before the lab's moto that refuses what the policy does not allow.

moto can check policies itself, but for Parameter Store it knows neither resources nor the rights on KMS keys. Its code
reads the statements here, too.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
from moto.iam.access_control import IAMPolicy, PermissionResult

ACCOUNT = "123456789012"
"""moto's account."""
ROLE = f"arn:aws:sts::{ACCOUNT}:assumed-role/fluxhook/lab"
_ANY_NAME = ("DescribeParameters",)
"""Actions that AWS does not limit to single parameters."""
_NOT_FORWARDED = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}
_NOT_RETURNED = {"connection", "content-length", "transfer-encoding", "content-encoding"}


@dataclass
class Guard:
    """AWS under one policy, which may be changed at any time.

    Attributes:
        url: Where the proxy listens.
        policy: The policy of the role that calls; everything else is refused.
        called: Every IAM action that was asked for, with its resource.
        keys: KMS keys by the parameters that were written with them.
    """

    url: str
    policy: Mapping[str, object]
    called: set[tuple[str, str]] = field(default_factory=set)
    keys: dict[str, str] = field(default_factory=dict)

    def refused(self, operation: str, request: Mapping[str, Any], region: str) -> str | None:
        """Return AWS's refusal of a request to Parameter Store, or None."""
        policy = IAMPolicy(json.dumps(self.policy))
        for action, resource in self._needed(operation, request, region):
            self.called.add((action, resource))
            if policy.is_action_permitted(action, resource) is not PermissionResult.PERMITTED:
                return (
                    f"User: {ROLE} is not authorized to perform: {action} on resource: {resource} "
                    f"because no identity-based policy allows the {action} action"
                )
        return None

    def _needed(
        self, operation: str, request: Mapping[str, Any], region: str
    ) -> Iterator[tuple[str, str]]:
        """What an operation needs, as pairs of action and resource.

        Source: AWS, "Actions, resources, and condition keys for AWS Systems Manager"; AWS KMS, "How AWS Systems Manager
        Parameter Store uses AWS KMS".
        """
        place = f"arn:aws:ssm:{region}:{ACCOUNT}:"
        names = request.get("Names") or [request.get("Name") or request.get("ResourceId") or ""]
        arns = {name: f"{place}parameter/{str(name).removeprefix('/')}" for name in names}
        if operation in _ANY_NAME:
            arns = {"": f"{place}*"}
        for name, arn in arns.items():
            yield f"ssm:{operation}", arn
            if operation == "PutParameter" and request.get("Tags"):
                yield "ssm:AddTagsToResource", arn
            if operation == "PutParameter" and (key := str(request.get("KeyId", ""))):
                standard = request.get("Tier", "Standard") == "Standard"
                yield "kms:Encrypt" if standard else "kms:GenerateDataKey", key
                self.keys[name] = key
            if request.get("WithDecryption") and name in self.keys:
                yield "kms:Decrypt", self.keys[name]


@contextmanager
def guarded(server: httpx2.Client, policy: Mapping[str, object], region: str) -> Iterator[Guard]:
    """A proxy before the moto that a client is connected to."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            service, _, operation = self.headers.get("X-Amz-Target", "").partition(".")
            said = None
            if service == "AmazonSSM":
                said = guard.refused(operation, json.loads(body), region)
            if said:
                refusal = {"__type": "AccessDeniedException", "Message": said}
                self._say(400, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(refusal))
                return
            kept = {k: v for k, v in self.headers.items() if k.lower() not in _NOT_FORWARDED}
            answer = server.post(self.path, content=body, headers=kept)
            back = {k: v for k, v in answer.headers.items() if k.lower() not in _NOT_RETURNED}
            self._say(answer.status_code, back, answer.text)

        def _say(self, status: int, headers: Mapping[str, str], text: str) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(text.encode()))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        guard = Guard(f"http://127.0.0.1:{listener.server_port}", policy)
        serving = threading.Thread(target=listener.serve_forever, args=(0.05,))
        serving.start()
        try:
            yield guard
        finally:
            listener.shutdown()
            serving.join()
