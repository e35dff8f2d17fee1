"""How GitHub is asked: at the provider's address, and which key is meant."""

import httpx2
import pytest

from components.rules.openpgp import OpenPgpKey, key_id
from recovery import github


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("", "https://api.github.com"),
        ("https://api.github.com/", "https://api.github.com"),
        ("https://github.com/", "https://api.github.com"),
        ("https://acme.ghe.com/", "https://api.acme.ghe.com/"),
        ("https://api.acme.ghe.com", "https://api.acme.ghe.com/"),
        ("https://github.example.com/", "https://github.example.com/api/v3"),
        ("https://github.example.com/api/v3/", "https://github.example.com/api/v3"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/api/v3"),
    ],
)
def test_the_rest_interface_is_where_the_provider_looks_for_it(base: str, url: str) -> None:
    assert github.api_url(base) == httpx2.URL(url)


@pytest.mark.parametrize("name", ["A", "A" * 150, "A" * 400])
@pytest.mark.parametrize("passphrase", ["", "words"])
def test_the_id_of_a_key_is_read_from_its_armor(name: str, passphrase: str) -> None:
    key = OpenPgpKey(bytes(range(32)), f"{name} <a@example.com>", passphrase)
    assert key_id(key.public_armor) == key.fingerprint[-16:]


def test_without_an_answer_nothing_of_the_request_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_BASE_URL", "http://127.0.0.1:1/")
    secret = "https://flux.example.com/hook/" + "0" * 64
    inputs = {"repository": "name", "configuration": {"url": secret}}
    with pytest.raises(github.NO_ANSWER) as raised:
        github.delete_own_webhook("owner/name/webhook", inputs)
    assert secret not in str(raised.value)
