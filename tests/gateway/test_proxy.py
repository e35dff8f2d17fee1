from lab.gateway.objects.httproute import HeaderModifier
from lab.gateway.proxy import loggable, modified


def test_a_modifier_removes_replaces_and_adds() -> None:
    modifier = HeaderModifier.model_validate(
        {
            "set": [{"name": "X-Set", "value": "new"}],
            "add": [{"name": "X-Add", "value": "two"}],
            "remove": ["X-Gone"],
        }
    )
    headers = [(b"x-set", b"old"), (b"X-Add", b"one"), (b"x-gone", b"y"), (b"X-Kept", b"z")]
    assert modified(headers, modifier) == [
        (b"X-Add", b"one"),
        (b"X-Kept", b"z"),
        (b"X-Set", b"new"),
        (b"X-Add", b"two"),
    ]


def test_the_log_shows_only_the_first_element_of_a_path() -> None:
    assert loggable("/hook/0123456789abcdef") == "/hook/…"
    assert loggable("/hook/a/b") == "/hook/…"
    assert loggable("/healthz") == "/healthz"
    assert loggable("/") == "/"
