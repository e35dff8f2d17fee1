"""The receiver as anybody can call it: an answer to an unsigned POST, or why there is none."""

import ssl

import httpx2

WITHIN = 10.0
"""Seconds for an answer; GitHub gives as many."""


class Unreachable(Exception):
    """This machine gets no answer from the receiver; the message says why, without the path."""


class Entrance:
    """The way to the receivers; safe for use from many threads."""

    def __init__(self, *, verify_tls: bool = True, connect_to: str | None = None) -> None:
        """Nothing is sent yet.

        Args:
            verify_tls: Whether the certificate is checked, as GitHub does unless it was told otherwise.
            connect_to: `address:port` to connect to, in place of the host.
        """
        # Made once: it reads every authority that this machine trusts.
        trust = ssl.create_default_context()
        if not verify_tls:
            trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
        self._client = httpx2.Client(verify=trust, timeout=WITHIN, trust_env=not connect_to)
        self._connect_to = connect_to

    def __enter__(self) -> "Entrance":
        """Use it in a `with`, which closes its connections."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._client.close()

    def post(self, url: str) -> int:
        """Send an unsigned POST to a URL, whose path is secret, and return the status code.

        Raises:
            Unreachable: there is no answer.
        """
        target, headers = httpx2.URL(url), {"X-GitHub-Event": "ping"}
        extensions: dict[str, str] = {}
        if self._connect_to:
            headers["Host"] = target.netloc.decode()
            extensions["sni_hostname"] = target.host
            address, _, port = self._connect_to.rpartition(":")
            target = target.copy_with(host=address, port=int(port))
        try:
            answer = self._client.post(
                target, headers=headers, content=b"{}", extensions=extensions
            )
        except httpx2.HTTPError as error:
            raise Unreachable(_reason(error)) from None
        return answer.status_code


def _reason(error: httpx2.HTTPError) -> str:
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate is not accepted ({cause.verify_message})"
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
