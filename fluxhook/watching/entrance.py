"""The receiver as anybody can call it: an answer to an unsigned POST, or why there is none."""

import ssl

import httpx2

WITHIN = 10.0
"""Seconds for an answer; GitHub gives as many."""


class Unreachable(Exception):
    """This machine gets no answer from the receiver; the message says why, without the path."""


def post(url: str, *, verify_tls: bool = True, connect_to: str | None = None) -> int:
    """Send an unsigned POST and return the status code.

    Args:
        url: Where to; its path is secret.
        verify_tls: Whether the certificate is checked, as GitHub does unless it was told otherwise.
        connect_to: `address:port` to connect to, in place of the URL's host.

    Raises:
        Unreachable: there is no answer.
    """
    target, headers = httpx2.URL(url), {"X-GitHub-Event": "ping"}
    extensions: dict[str, str] = {}
    if connect_to:
        headers["Host"] = target.netloc.decode()
        extensions["sni_hostname"] = target.host
        address, _, port = connect_to.rpartition(":")
        target = target.copy_with(host=address, port=int(port))
    trust = ssl.create_default_context()
    if not verify_tls:
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    try:
        with httpx2.Client(verify=trust, timeout=WITHIN, trust_env=not connect_to) as client:
            answer = client.post(target, headers=headers, content=b"{}", extensions=extensions)
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
