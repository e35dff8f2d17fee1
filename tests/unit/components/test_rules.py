"""The pure rules: Flux's formula, names, sizes, registries."""

import json
import string

import jsonpath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.rules import aws, flux, github, kubernetes


@pytest.mark.parametrize(
    ("token", "name", "namespace", "digest"),
    [
        (
            "test-token",
            "receiver-secret",
            "my-namespace",
            "106120121d366c2f67e93200f6c1dbe938235eb588daa5e8c0516d3a77ac1dee",
        ),
        (
            "tok123",
            "github-receiver",
            "flux-system",
            "8fd516a325188cde962f132ef9b058b93c8b02c088940bb48fb569c6d6696960",
        ),
    ],
)
def test_the_receiver_path_is_what_notification_controller_computes(
    token: str, name: str, namespace: str, digest: str
) -> None:
    assert flux.receiver_path(token, name, namespace) == f"/hook/{digest}"


def test_a_branch_is_quoted_inside_the_receivers_filter() -> None:
    assert flux.branch_filter('a"b') == '!has(req.ref) || req.ref == "refs/heads/a\\"b"'


@given(st.text(alphabet=string.printable))
def test_every_repository_has_a_valid_object_name_or_none(text: str) -> None:
    repository = github.repository_id(text, "owner")
    if repository:
        name = kubernetes.object_name(repository.partition("/")[2])
        assert name == "" or len(name) > 63 or kubernetes.is_dns_label(name)


@pytest.mark.parametrize(
    "text", ["", "/", "a/", "/b", "a/b/c", "-a/b", "a/b c", "a/..", "https://github.com/a/b"]
)
def test_what_github_would_not_call_a_repository_is_none(text: str) -> None:
    assert github.repository_id(text, "owner") is None


def test_a_repository_without_owner_belongs_to_the_stacks_owner() -> None:
    assert github.repository_id("echo-server", "me") == "me/echo-server"
    assert github.repository_id("you/echo-server", "me") == "you/echo-server"


@pytest.mark.parametrize(
    "host", ["flux.example.com", "a.b", "3fd76690-8601.developer-friendly.blog"]
)
def test_a_dns_name_is_a_host(host: str) -> None:
    assert kubernetes.is_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "flux",
        "localhost",
        "a.localhost",
        "https://a.b",
        "a.b:443",
        "a.b/c",
        "1.2.3.4",
        "*.a.b",
        "a..b",
    ],
)
def test_what_github_cannot_look_up_is_no_host(host: str) -> None:
    assert not kubernetes.is_host(host)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("github/key", "begin with /"),
        ("/github/key/", "begin with /"),
        ("/git hub", "begin with /"),
        ("/a" * 16, "15 levels"),
        ("/" + "a" * 1011, "1011 characters"),
        ("/aws/key", "/aws"),
        ("/SSM/key", "/aws"),
    ],
)
def test_a_parameter_name_against_ssms_rules_is_faulted(name: str, rule: str) -> None:
    assert rule in (aws.parameter_name_fault(name) or "")


def test_a_parameter_name_within_the_rules_has_no_fault() -> None:
    assert aws.parameter_name_fault("/github/echo-server/deploy-key") is None


@pytest.mark.parametrize(("tier", "limit"), [("Standard", 4096), ("Advanced", 8192)])
def test_a_value_may_fill_its_tier_and_not_a_byte_more(tier: str, limit: int) -> None:
    assert aws.check_parameter_value("/p", "x" * limit, tier) == "x" * limit
    secret = "ü" * (limit // 2) + "x"
    with pytest.raises(ValueError, match=f"/p: the value has {limit + 1} bytes") as refusal:
        aws.check_parameter_value("/p", secret, tier)
    assert secret not in str(refusal.value)


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("ghcr.io/owner/echo-server", "ghcr.io"),
        ("registry:5000/echo-server", "registry:5000"),
        ("localhost/echo-server", "localhost"),
        ("owner/echo-server", "docker.io"),
        ("echo-server", "docker.io"),
    ],
)
def test_an_images_registry_is_the_one_docker_would_ask(image: str, registry: str) -> None:
    assert github.registry_of(image) == registry


@given(path=st.from_regex(r"/hook/[0-9a-f]{64}", fullmatch=True))
def test_the_wait_for_a_path_holds_of_no_other_and_does_not_tell_it(path: str) -> None:
    wait = flux.wait_for_path(path)
    query = wait.removeprefix("jsonpath={").removesuffix("}")
    others = {"observedGeneration": 1, "conditions": [{"message": path}], "other": path[-8:]}
    another = path[:-1] + ("1" if path.endswith("0") else "0")

    def found(**status: object) -> list[object]:
        return jsonpath.findall(f"${query}", {"status": others | status})

    assert found(webhookPath=path) == [path]
    assert found(webhookPath=another) == found() == []
    assert "=" not in query, (
        "the plugin would take what follows for a value, and show what it finds"
    )
    assert path[-8:] in wait
    assert path[-9:] not in wait


Texts = st.dictionaries(st.text(string.ascii_lowercase), st.text())


@given(before=Texts, after=Texts, labels=Texts)
def test_a_wait_holds_of_no_object_from_before_its_annotations_or_labels_changed(
    before: dict[str, str], after: dict[str, str], labels: dict[str, str]
) -> None:
    ready = kubernetes.READY

    def holds(made: dict[str, str], live: dict[str, str]) -> bool:
        proof, wait = json.loads(made[kubernetes.WAIT_FOR])
        assert wait == "condition=Ready"
        path, _, wanted = proof.removeprefix("jsonpath={").partition("}=")
        found = jsonpath.findall(f"${path}", {"metadata": {"annotations": live}})
        return found == [wanted]

    new = kubernetes.with_proof(after | ready, labels)
    assert new == kubernetes.with_proof(after | ready, labels)
    assert holds(new, new)
    for old in (
        kubernetes.with_proof(before | ready, labels),
        kubernetes.with_proof(after | ready, before),
        kubernetes.with_proof(after | ready, labels, ["another spec"]),
    ):
        assert holds(new, old) == (new == old)
    assert not holds(new, after | ready)


def test_a_wait_for_several_conditions_keeps_all_of_them() -> None:
    several = json.dumps(["condition=Ready", "condition=Healthy"])
    _, *waits = json.loads(
        kubernetes.with_proof({kubernetes.WAIT_FOR: several}, {})[kubernetes.WAIT_FOR]
    )
    assert waits == ["condition=Ready", "condition=Healthy"]


def test_known_hosts_do_not_depend_on_the_order_of_githubs_answer() -> None:
    keys = ["ssh-rsa BBBB", "ssh-ed25519 AAAA"]
    assert github.known_hosts("github.com", keys) == github.known_hosts("github.com", keys[::-1])
    assert github.known_hosts("github.com", keys).endswith("github.com ssh-rsa BBBB\n")


def test_the_secret_store_may_read_the_parameters_and_decrypt_with_their_key() -> None:
    policy = aws.secret_store_policy(["arn:b", "arn:a"], "arn:key")
    statements: list[dict[str, list[str]]] = policy["Statement"]  # type: ignore[assignment]
    read, decrypt = statements
    assert read["Resource"] == ["arn:a", "arn:b"]
    assert read["Action"] == ["ssm:GetParameter"]
    assert decrypt == {"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": ["arn:key"]}
    assert len(aws.secret_store_policy(["arn:a"], None)["Statement"]) == 1  # type: ignore[arg-type]
