"""A stack whose plugins reach GitHub, Parameter Store and the API server through proxies that can go wrong."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx2
import psutil
import pytest
import yaml
from lightkube import KubeConfig
from lightkube.config import client_adapter

from lab.world.faults import Answer, Exchange, Proxy, proxied, reset
from lab.world.wrong_answers import kill
from tests.deployment import Deployment, deployed
from tests.world import World, eventually

BOT = {
    "login": "developer-friendly-bot",
    "name": 'Bôt "O\'Friendly" \\ 100%',
    "email": "bot@example.com",
}


@dataclass
class Troubled:
    """A stack in trouble."""

    stack: Deployment
    github: Proxy
    aws: Proxy
    cluster: Proxy

    @property
    def name(self) -> str:
        """Name of the stack, its repository and its application."""
        return self.stack.stack

    def killed_at(self, *requests: tuple[Proxy, str], recorded: Sequence[str] = ()) -> None:
        """`up`, again and again, until engine and plugins were killed at each request, once a server had done it.

        `recorded` are the ends of the URNs that the state has by then: what else is made at the same time.
        """

        def wait(answer: Answer) -> Answer:
            def late(exchange: Exchange) -> None:
                eventually(lambda: self._assert_recorded(recorded))
                answer(exchange)

            return late

        killed = partial(self.killed, wait=wait)
        faults = [proxy.add(request, killed) for proxy, request in requests]
        for _ in faults:
            if all(fault.hit.is_set() for fault in faults):
                return
            run = self.stack.operate("up", check=False)
            assert run.exit_code != 0, run.output
            self.release()
        assert all(fault.hit.is_set() for fault in faults), run.output

    def release(self) -> None:
        """Release the lock of a killed command, as docs/troubleshooting.md says.

        Where it was just writing the state's file, that is cut off: Pulumi's copy of the one before is put back.
        """
        if "failed to load checkpoint" in self.stack.pulumi("cancel", "--yes", check=False).output:
            (file,) = self.stack.world.directory.pulumi_state.rglob(f"{self.stack.stack}.json")
            shutil.copy(file.with_name(f"{file.name}.bak"), file)
            self.stack.pulumi("cancel", "--yes")

    def killed(
        self, exchange: Exchange, wait: Callable[[Answer], Answer] = lambda each: each
    ) -> None:
        """Kill the engine that runs when the request comes, and its plugins, in place of an answer.

        `wait` makes an answer come later. Another command may run by then, which must live.
        """
        engines = []
        for each in psutil.Process().children():
            with suppress(psutil.NoSuchProcess):
                if str(self.stack.directory) in each.cmdline():
                    engines.append(each)

        def answer(exchange: Exchange) -> None:
            for engine in engines:
                kill(engine)
            reset(exchange)

        wait(answer)(exchange)

    def _assert_recorded(self, endings: Sequence[str]) -> None:
        state = json.loads(self.stack.state() or "{}").get("checkpoint", {}).get("latest") or {}
        urns = [each["urn"] for each in state.get("resources") or ()]
        missing = [end for end in endings if not any(urn.endswith(end) for urn in urns)]
        assert missing == []

    def forget(self, *endings: str) -> None:
        """Remove resources by the ends of their URNs from the state, as if no update had recorded them."""
        exported = json.loads(self.stack.pulumi("stack", "export").output)
        resources = exported["deployment"]["resources"]
        gone = {each["urn"] for each in resources if each["urn"].endswith(endings)}
        assert len(gone) == len(endings), [each["urn"] for each in resources]
        kept = [each for each in resources if each["urn"] not in gone]
        for each in kept:
            each["dependencies"] = [urn for urn in each.get("dependencies", ()) if urn not in gone]
            of_properties = each.get("propertyDependencies") or {}
            each["propertyDependencies"] = {
                key: [urn for urn in urns or () if urn not in gone]
                for key, urns in of_properties.items()
            }
        exported["deployment"]["resources"] = kept
        file = self.stack.directory / "exported.json"
        file.write_text(json.dumps(exported))
        self.stack.pulumi("stack", "import", "--force", "--file", str(file))

    def on_github(self, kind: str) -> list[dict[str, object]]:
        """The repository's `keys` or `hooks`."""
        return self.stack.world.get(f"/repos/developer-friendly/{self.name}/{kind}")

    def leave_nothing(self) -> None:
        """`destroy`, after which nothing is left on any side."""
        self.stack.operate("destroy")
        world = self.stack.world
        assert self.on_github("keys") == []
        assert self.on_github("hooks") == []
        assert world.parameters(f"/{self.name}") == {}
        assert world.objects(self.name) == []


@pytest.fixture
def troubled(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Troubled]:
    """A stack of the test's own; nothing is up yet."""
    name = request.node.name.removeprefix("test_").replace("_", "-")[:30].strip("-")
    with in_trouble(world, name, tmp_path) as made:
        yield made


@contextmanager
def in_trouble(world: World, name: str, directory: Path) -> Iterator[Troubled]:
    """A stack, with its repository, whose plugins reach the three sides through proxies; nothing is up yet."""
    with ExitStack() as stack:
        made = stack.enter_context(deployed(world, name, directory))
        config = KubeConfig.from_file(world.directory.kubeconfig).get()
        assert config
        # Servers close a connection that was idle for some seconds: a request must not meet that. Each watch has one.
        limits = httpx2.Limits(max_connections=None, keepalive_expiry=1)
        patient = client_adapter.ConnectionParams(trust_env=False, timeout=httpx2.Timeout(60))
        urls = [world.environment[name] for name in ("GITHUB_API_URL", "AWS_ENDPOINT_URL")]
        servers = [
            *(
                httpx2.Client(base_url=url, trust_env=False, timeout=60, limits=limits)
                for url in urls
            ),
            httpx2.Client(**patient.httpx_params(config), limits=limits),
        ]
        github, aws, cluster = (
            stack.enter_context(proxied(stack.enter_context(server))) for server in servers
        )
        named = "fluxhook-lab"
        kubeconfig = {
            "clusters": [{"name": named, "cluster": {"server": cluster.url}}],
            "users": [{"name": named, "user": {}}],
            "contexts": [{"name": named, "context": {"cluster": named, "user": named}}],
            "current-context": named,
        }
        file = directory / "kubeconfig"
        file.write_text(yaml.safe_dump(kubeconfig))
        made.environment |= {
            "GITHUB_BASE_URL": f"{github.url}/",
            "AWS_ENDPOINT_URL": aws.url,
            "KUBECONFIG": str(file),
        }
        try:
            yield Troubled(made, github, aws, cluster)
        finally:
            made.operate("destroy", check=False)
