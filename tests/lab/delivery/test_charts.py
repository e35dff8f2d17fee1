"""Charts as archives, and the repositories that serve them."""

import hashlib
import io
import os
import shutil
import tarfile
from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient

from lab.charts.packages import index, package
from lab.charts.server import Chart, Repository, make_app
from lab.world.push import EXAMPLES

CHART = EXAMPLES / "echo-server" / "charts" / "echo-server"
OPEN, PRIVATE = "charts.example.org", "private.example.org"
USER, PASSWORD = "somebody", "some" + "-words"


def members(content: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        opened = {each.name: archive.extractfile(each) for each in archive.getmembers()}
        return {name: file.read() for name, file in opened.items() if file}


@pytest.fixture
def client() -> TestClient:
    charts = [Chart(directory=CHART), Chart(directory=CHART, version="0.1.0")]
    private = Repository(host=PRIVATE, charts=charts, user=USER, password=PASSWORD)  # type: ignore[arg-type]
    return TestClient(make_app([Repository(host=OPEN, path="/below", charts=charts), private]))


def test_a_package_has_the_charts_files_below_its_name(tmp_path: Path) -> None:
    (tmp_path / "crd-things.yaml").write_text("kind: CustomResourceDefinition")
    found = members(package(CHART, added={"crds": tmp_path}).content)
    files = [path for path in CHART.rglob("*") if path.is_file()]

    assert {f"echo-server/{path.relative_to(CHART)}" for path in files} < set(found)
    assert len(found) == len(files) + 1
    assert found["echo-server/crds/crd-things.yaml"] == b"kind: CustomResourceDefinition"
    assert found["echo-server/values.yaml"] == (CHART / "values.yaml").read_bytes()


def test_a_chart_can_be_packaged_under_another_version() -> None:
    made = package(CHART, "0.1.0")
    chart = yaml.safe_load(members(made.content)["echo-server/Chart.yaml"])

    assert made.file == "echo-server-0.1.0.tgz"
    assert chart == {**yaml.safe_load((CHART / "Chart.yaml").read_text()), "version": "0.1.0"}


def test_the_same_chart_is_the_same_package_and_index_wherever_and_whenever_it_was_written(
    tmp_path: Path,
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(CHART, copy)
    for path in copy.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    made, again = package(CHART), package(copy)

    assert made.content == again.content
    # RFC 1952: when it was compressed.
    assert made.content[4:8] == bytes(4)
    assert index([made]) == index([again])


def test_the_index_lists_every_version_with_the_digest_of_its_package(client: TestClient) -> None:
    found = yaml.safe_load(client.get(f"http://{OPEN}/below/index.yaml").content)

    assert found["apiVersion"] == "v1"
    entries = found["entries"]["echo-server"]
    assert [each["version"] for each in entries] == ["0.2.0", "0.1.0"]
    for each in entries:
        (url,) = each["urls"]
        content = client.get(f"http://{OPEN}/below/{url}").content
        assert each["digest"] == hashlib.sha256(content).hexdigest()
        chart = yaml.safe_load(members(content)["echo-server/Chart.yaml"])
        assert chart.items() <= each.items()


@pytest.mark.parametrize("credentials", [None, (USER, "wrong"), ("other", PASSWORD)])
@pytest.mark.parametrize("file", ["index.yaml", "echo-server-0.1.0.tgz", "nothing"])
def test_a_private_repository_asks_for_its_password(
    client: TestClient, credentials: tuple[str, str] | None, file: str
) -> None:
    url = f"http://{PRIVATE}/{file}"
    refused = client.get(url, auth=credentials)

    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Basic ")
    assert client.get(url, auth=(USER, PASSWORD)).status_code in {200, 404}


@pytest.mark.parametrize(
    "url", [f"http://{OPEN}/index.yaml", f"http://{OPEN}/below/x.tgz", "http://other.org/below/x"]
)
def test_what_no_repository_has_is_not_found(client: TestClient, url: str) -> None:
    assert client.get(url).status_code == 404
