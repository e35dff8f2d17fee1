"""Packages Helm charts and writes the index of a repository. The same input gives the same bytes."""

import gzip
import io
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import yaml

CREATED = "1970-01-01T00:00:00Z"
"""A fixed time: the current one would give another index, and so another revision, at every start."""


@dataclass(frozen=True)
class Package:
    """One version of a chart; `metadata` is the content of its Chart.yaml."""

    metadata: Mapping[str, object]
    content: bytes

    @property
    def file(self) -> str:
        """`<name>-<version>.tgz`, as `helm package` names it."""
        return f"{self.metadata['name']}-{self.metadata['version']}.tgz"


def _files_in(directory: Path) -> dict[str, bytes]:
    paths = [path for path in directory.rglob("*") if path.is_file()]
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in paths}


def package(
    chart: Path, version: str | None = None, added: Mapping[str, Path] | None = None
) -> Package:
    """Packages a chart as `helm package` does.

    Source: https://helm.sh/docs/topics/charts/#the-chart-file-structure

    Args:
        chart: The directory with the Chart.yaml.
        version: Replaces the one in Chart.yaml, as with `helm package --version`.
        added: Further directories to include, each by its path in the chart.

    Raises:
        OSError: There is no Chart.yaml, or a file cannot be read.
    """
    metadata = yaml.safe_load((chart / "Chart.yaml").read_text())
    if version is not None:
        metadata["version"] = version
    files = _files_in(chart)
    for prefix, directory in (added or {}).items():
        files |= {f"{prefix}/{path}": content for path, content in _files_in(directory).items()}
    files["Chart.yaml"] = yaml.safe_dump(metadata, sort_keys=False).encode()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for path, content in sorted(files.items()):
            member = tarfile.TarInfo(f"{metadata['name']}/{path}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return Package(metadata, gzip.compress(archive.getvalue(), mtime=0))


def index(packages: Iterable[Package]) -> bytes:
    """Returns the index.yaml of a repository that has `packages` in the same directory.

    Source: https://helm.sh/docs/topics/chart_repository/#the-index-file
    """
    entries: dict[str, list[dict[str, object]]] = {}
    for each in packages:
        entries.setdefault(str(each.metadata["name"]), []).append(
            {
                **each.metadata,
                "created": CREATED,
                "digest": sha256(each.content).hexdigest(),
                "urls": [each.file],
            }
        )
    content = {"apiVersion": "v1", "entries": entries, "generated": CREATED}
    return yaml.safe_dump(content, sort_keys=False).encode()
