"""Measures `check`, `verify` and `status`, for one application in the lab and for fifty. Writes docs/verbs.md.

Run as `make bench-verbs` on an idle machine.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
import yaml

from bench.checked import HOST, NAMESPACE, OWNER, STACK
from bench.servers import LATENCY, names, path
from lab.run import control
from lab.run.directory import LabDirectory
from lab.world.environment import environment

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "docs" / "verbs.md"
MANY, RUNS = 50, 5
VERBS = ("check", "verify", "status")
TARGETS = {
    ("check", 1): 10,
    ("check", MANY): 10,
    ("verify", 1): 3,
    ("verify", MANY): 10,
    ("status", 1): 3,
    ("status", MANY): 3,
}
"""Seconds by verb and number of applications."""


def run(variables: Mapping[str, str], directory: Path, *command: str) -> None:
    """Runs a command that must succeed; its output is shown if it does not."""
    done = subprocess.run(
        command,
        cwd=directory,
        env=dict(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}")


def seconds(variables: Mapping[str, str], directory: Path, verb: str, stack: str) -> list[float]:
    """How long a verb takes, again and again."""
    found = []
    for _ in range(RUNS):
        began = time.monotonic()
        run(variables, directory, sys.executable, "-m", "fluxhook", verb, "--stack", stack)
        found.append(time.monotonic() - began)
    return found


@contextmanager
def many(lab: Mapping[str, str]) -> Iterator[tuple[dict[str, str], Path]]:
    """A stack with many applications, whose sides are `bench.servers`; the variables and the directory to use it."""
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.servers", str(MANY)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        with tempfile.TemporaryDirectory(prefix="fluxhook-") as temporary:
            directory = Path(temporary)
            url = f"http://127.0.0.1:{(server.stdout or sys.stdin).readline().strip()}"
            variables = {
                **lab,
                "PYTHONPATH": str(ROOT),
                "GITHUB_BASE_URL": f"{url}/",
                "AWS_ENDPOINT_URL": url,
                "KUBECONFIG": str(directory / "kubeconfig"),
                "PULUMI_BACKEND_URL": f"file://{directory}",
            }
            variables.pop("FLUXHOOK_CONNECT_TO", None)
            _write_stack(directory, url, variables)
            yield variables, directory
    finally:
        server.terminate()
        server.wait()
        if server.stdout:
            server.stdout.close()


def _write_stack(directory: Path, url: str, variables: Mapping[str, str]) -> None:
    shutil.copy(ROOT / "Pulumi.yaml", directory)
    kubeconfig = {
        "clusters": [{"name": "c", "cluster": {"server": url}}],
        "users": [{"name": "c", "user": {}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
        "current-context": "c",
    }
    (directory / "kubeconfig").write_text(yaml.safe_dump(kubeconfig))
    run(variables, directory, "pulumi", "stack", "init", STACK, "--non-interactive")
    file = directory / f"Pulumi.{STACK}.yaml"
    config = {
        "fluxhook:owner": OWNER,
        "fluxhook:host": HOST,
        "fluxhook:gateway": {"name": "g", "namespace": "g", "sectionName": "https"},
        "fluxhook:namespace": NAMESPACE,
        "fluxhook:applications": [{"repository": each} for each in names(MANY)],
    }
    written = yaml.safe_load(file.read_text()) if file.exists() else {}
    file.write_text(yaml.safe_dump(written | {"config": config}))
    repositories = {f"{OWNER}/{each}": each for each in names(MANY)}
    urls = {key: f"{url}{path(each)}" for key, each in repositories.items()}
    stack = {
        "urn": f"urn:pulumi:{STACK}::fluxhook::pulumi:pulumi:Stack::fluxhook-{STACK}",
        "custom": False,
        "type": "pulumi:pulumi:Stack",
        "outputs": {
            "webhooks": dict.fromkeys(repositories, "1"),
            "receivers": repositories,
            "receiverUrls": urls,
            "parameters": {
                f"{key}/webhook-token": f"/{each}" for key, each in repositories.items()
            },
        },
    }
    state = directory / "state.json"
    state.write_text(json.dumps({"version": 3, "deployment": {"resources": [stack]}}))
    run(variables, directory, "pulumi", "stack", "import", "--stack", STACK, "--file", str(state))


def main() -> None:
    """Measures, writes the report and prints it."""
    lab = LabDirectory.find()
    variables = {**os.environ, **environment(lab, control.running(lab))}
    found = {(verb, 1): seconds(variables, ROOT, verb, "dev") for verb in VERBS}
    with many(variables) as (others, directory):
        for verb in VERBS:
            found[verb, MANY] = seconds(others, directory, verb, STACK)
    rows = "".join(
        f"| `fluxhook {verb}` | {number} | {statistics.median(took):.1f} | {max(took):.1f} |"
        f" {TARGETS[verb, number]} |\n"
        for (verb, number), took in found.items()
    )
    memory = psutil.virtual_memory().total / 2**30
    REPORT.write_text(
        "# How long `check`, `verify` and `status` take\n\n"
        f"Written by `make bench-verbs` on {os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB;"
        f" {RUNS} runs each. One application is that of the lab. The lab does not hold {MANY}: for those,"
        " `bench/servers.py` answers as GitHub, Parameter Store, cluster and receivers, each answer"
        f" {LATENCY * 1000:.0f} ms late. `pulumi`, which reads the stack, is the real one.\n\n"
        "| verb | applications | median, s | slowest, s | shall be below, s |\n| --- | ---: | ---: | ---: | ---: |\n"
        f"{rows}"
    )
    print(REPORT.read_text())


if __name__ == "__main__":
    main()
