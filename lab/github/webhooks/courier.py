"""Sends events to the URLs of hooks, and records each delivery with its response."""

import asyncio
import hashlib
import hmac
import json
import random
import ssl
import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from lab.github.model.contract import check_event
from lab.github.model.errors import JsonObject
from lab.github.model.store import Delivery, Hook, HookConfig, Repository, Store, now

TIMEOUT = 10.0
"""Seconds a receiver has for its answer (GitHub, "Best practices for using webhooks")."""

AT_ONCE = 8
"""Deliveries of one hook under way together; they start in the order of their events."""

KEPT_RESPONSE = 64 * 1024
"""Bytes of a response that are recorded."""

USER_AGENT = "GitHub-Hookshot/fluxhook"


@dataclass(frozen=True)
class Outcome:
    """The result of one attempt, in GitHub's words."""

    status: str
    status_code: int
    state: str
    headers: dict[str, str] | None = None
    payload: str | None = None


class Courier:
    """Sends deliveries in the background; it never repeats one by itself."""

    def __init__(self, store: Store) -> None:
        """Makes a courier that trusts the lab's CA alone."""
        self._store = store
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns: dict[int, asyncio.Semaphore] = {}
        trusted = ssl.create_default_context(cafile=str(store.config.ca_file))
        blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
        self._clients = {"0": self._client(trusted), "1": self._client(blind)}

    @staticmethod
    def _client(context: ssl.SSLContext) -> httpx.AsyncClient:
        # GitHub does not use the proxy or CA bundle of the developer's shell.
        return httpx.AsyncClient(verify=context, trust_env=False, timeout=TIMEOUT)

    async def close(self) -> None:
        """Cancels the deliveries that are under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for client in self._clients.values():
            await client.aclose()

    def publish(self, repository: Repository, event: str, payload: JsonObject) -> None:
        """Delivers an event to every active hook of a repository that subscribes to it."""
        for hook in list(repository.hooks.values()):
            if hook.active and {event, "*"} & set(hook.events):
                self.deliver(repository, hook, event, payload)

    def deliver(
        self,
        repository: Repository,
        hook: Hook,
        event: str,
        payload: JsonObject,
        guid: str | None = None,
    ) -> None:
        """Starts one delivery.

        Args:
            repository: The hook's repository.
            hook: Where to, as it is configured now. The attempt is made up to `held_back` seconds later: what GitHub
                has in its queue by then, a change of the hook does not reach.
            event: GitHub's event name.
            payload: The event's document.
            guid: That of the delivery to repeat; None for a new one.

        Raises:
            ContractError: The payload does not fit GitHub's webhook description.
        """
        check_event(event, payload)
        number = self._store.next_id()
        attempt = self._attempt(repository, hook, hook.config, event, payload, guid, number)
        task = asyncio.create_task(attempt, name=f"delivery {number}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempt(
        self,
        repository: Repository,
        hook: Hook,
        config: HookConfig,
        event: str,
        payload: JsonObject,
        guid: str | None,
        number: int,
    ) -> None:
        await asyncio.sleep(random.uniform(0, self._store.held_back))  # noqa: S311 - a delay
        async with self._turns.setdefault(hook.id, asyncio.Semaphore(AT_ONCE)):
            delivered_at, started = now(), time.monotonic()
            unique = guid or str(uuid.uuid4())
            body, content_type = _encode(payload, config)
            headers = {
                "Accept": "*/*",
                "Content-Type": content_type,
                "User-Agent": USER_AGENT,
                "X-GitHub-Delivery": unique,
                "X-GitHub-Event": event,
                "X-GitHub-Hook-ID": str(hook.id),
                "X-GitHub-Hook-Installation-Target-ID": str(repository.id),
                "X-GitHub-Hook-Installation-Target-Type": "repository",
                **_signatures(body, config),
            }
            outcome = await self._send(config, body, headers)
        hook.deliveries.append(
            Delivery(
                id=number,
                guid=unique,
                event=event,
                redelivery=guid is not None,
                delivered_at=delivered_at,
                duration=round(time.monotonic() - started, 3),
                status=outcome.status,
                status_code=outcome.status_code,
                url=config.url,
                request_headers=headers,
                request_payload=payload,
                response_headers=outcome.headers,
                response_payload=outcome.payload,
            )
        )
        hook.last_response = {
            "code": outcome.status_code,
            "status": outcome.state,
            "message": outcome.status,
        }

    async def _send(self, config: HookConfig, body: bytes, headers: dict[str, str]) -> Outcome:
        gateway = self._store.config.gateway
        url = httpx.URL(config.url)
        if not url.host.endswith(gateway.suffix):
            return Outcome("failed to connect to host", 502, "connection_error")
        client = self._clients[config.insecure_ssl]
        port = gateway.port if url.scheme == "https" else gateway.http_port
        request = client.build_request(
            "POST",
            url.copy_with(host="127.0.0.1", port=port),
            content=body,
            headers={**headers, "Host": url.netloc.decode()},
            extensions={"sni_hostname": url.host},
        )
        try:
            async with asyncio.timeout(TIMEOUT):
                response = await client.send(request)
        except (TimeoutError, httpx.TimeoutException):
            return Outcome("timed out", 504, "timeout")
        except httpx.TransportError as failure:
            return Outcome(_reason(failure), 502, "connection_error")
        code, payload = response.status_code, response.content[:KEPT_RESPONSE]
        good = response.is_success
        return Outcome(
            "OK" if good else f"Invalid HTTP Response: {code}",
            code,
            "active" if good else "failed" if response.is_server_error else "misconfigured",
            dict(response.headers),
            payload.decode(errors="replace"),
        )


def _encode(payload: JsonObject, config: HookConfig) -> tuple[bytes, str]:
    document = json.dumps(payload, separators=(",", ":"))
    if config.content_type == "json":
        return document.encode(), "application/json"
    return urlencode({"payload": document}).encode(), "application/x-www-form-urlencoded"


def _signatures(body: bytes, config: HookConfig) -> dict[str, str]:
    """The HMACs of the body; none without a secret, as GitHub does."""
    if config.secret is None:
        return {}
    key = config.secret.encode()
    return {
        "X-Hub-Signature": "sha1=" + hmac.new(key, body, hashlib.sha1).hexdigest(),
        "X-Hub-Signature-256": "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest(),
    }


def _reason(failure: BaseException | None) -> str:
    """Why there was no answer, in GitHub's words; only TLS errors have a reason of their own."""
    while failure is not None:
        if isinstance(failure, ssl.SSLCertVerificationError):
            return f"tls: failed to verify certificate: x509: {failure.verify_message}"
        if isinstance(failure, ssl.SSLError):
            return f"tls: {failure.reason or 'handshake failure'}"
        failure = failure.__cause__ or failure.__context__
    return "failed to connect to host"
