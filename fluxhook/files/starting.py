"""`fluxhook init`: the configuration of a new stack, from options and questions."""

from collections.abc import Callable, Mapping
from typing import Any

import typer

import settings
from fluxhook.errors import ExitCode, Refusal
from fluxhook.files.editing import dumped
from fluxhook.files.stack_file import StackFile, faults
from settings.models.settings import APPLICATIONS, PROJECT

EXPOSURES = ("gateway", "ingress", "nodePort", "loadBalancer")
"""Ways in, as the keys of the stack file."""
NEEDS_HOST = ("gateway", "ingress")

Config = dict[str, object]
Raw = Mapping[str, object]


def complete(config: Config, region: str | None, stack: str) -> Config:
    """Ask for everything without which there is no stack, and return the stack file's configuration.

    Args:
        config: What options say, by the keys of the stack file.
        region: The AWS region; asked for when secrets go to Parameter Store.
        stack: Name of the stack.

    Raises:
        Refusal: There is nobody to ask; the message names the option.
    """
    ask = _Questions(stack, config)
    ask.text("owner", "GitHub organisation or user that owns the repositories")
    if not any(each in config for each in EXPOSURES):
        way = ask.one_of("How does GitHub reach the cluster?", EXPOSURES, "--gateway, --ingress, …")
        ask.exposure(way)
    if any(each in config for each in NEEDS_HOST):
        ask.text("host", "Public DNS name on which GitHub reaches the cluster")
    ask.repositories()
    if "secrets" not in config and not region:
        region = ask.plain("AWS region of Parameter Store", "--region")
    own = {f"{PROJECT}:{key}": config[key] for key in config}
    applications = own.pop(APPLICATIONS)
    return {**({"aws:region": region} if region else {}), **own, APPLICATIONS: applications}


def write(file: StackFile, config: Config) -> None:
    """Write the configuration behind what `pulumi stack init` wrote.

    Raises:
        Refusal: The file has a configuration, or this one has faults; nothing was written.
    """
    before = file.path.read_text() if file.path.exists() else ""
    if "config" in _keys(before):
        message = f"{file.path.name} has a configuration already; `fluxhook add` adds an application to it"
        raise Refusal(message)
    head = "# Every key is on docs/configuration.md. Set a secret with\n"
    head += f"#   pulumi config set --secret --stack {file.stack} KEY\n"
    text = head + before + dumped({"config": config})
    if found := faults(text, file.stack):
        raise Refusal(settings.refusal(file.stack, found, "; nothing was written"))
    file.path.write_text(text)


def _keys(text: str) -> list[str]:
    return [line.partition(":")[0] for line in text.splitlines() if line[:1] not in (" ", "#", "")]


class _Questions:
    """Asks for what is missing in a configuration. An answer with a fault is asked for again."""

    def __init__(self, stack: str, config: Config) -> None:
        self._stack = stack
        self._config = config

    def text(self, key: str, question: str) -> None:
        if key not in self._config:
            answer = self.plain(question, f"--{key}", self._without_fault(key, lambda text: text))
            self._config[key] = answer

    def exposure(self, way: str) -> None:
        if way == "gateway":
            check = self._without_fault(way, gateway)
            self._config[way] = gateway(
                self.plain("The Gateway, as NAMESPACE/NAME", "--gateway", check)
            )
        elif way == "ingress":
            check = self._without_fault(way, ingress)
            self._config[way] = ingress(self.plain("The IngressClass", "--ingress", check))
        else:
            self._config[way] = {}

    def repositories(self) -> None:
        if "applications" not in self._config:
            check = self._without_fault("applications", entries)
            answer = self.plain(
                "Repositories to deliver, separated by spaces", "--repository", check
            )
            self._config["applications"] = entries(answer)

    def one_of(self, question: str, words: tuple[str, ...], option: str) -> str:
        def check(text: str) -> str:
            if text not in words:
                raise typer.BadParameter(f"write one of {', '.join(words)}")
            return text

        return self.plain(f"{question} ({', '.join(words)})", option, check)

    def plain(self, question: str, option: str, check: Callable[[str], str] | None = None) -> str:
        """Ask one question.

        Raises:
            Refusal: There is nobody to answer.
        """
        try:
            answer: str = typer.prompt(question, value_proc=check, err=True)
        except typer.Abort as error:
            message = f"the answer to `{question}` is missing; say it by {option}"
            raise Refusal(message, ExitCode.USAGE) from error
        return answer

    def _without_fault(self, key: str, convert: Callable[[str], object]) -> Callable[[str], str]:
        def check(text: str) -> str:
            config: dict[str, Any] = {**self._config, key: convert(text)}
            file = dumped({"config": {f"{PROJECT}:{name}": each for name, each in config.items()}})
            place = f"{PROJECT}:{key}"
            for fault in faults(file, self._stack):
                if fault.startswith(place):
                    raise typer.BadParameter(fault.removeprefix(place).lstrip(".: "))
            return text

        return check


def gateway(text: str) -> Config:
    """Return the key `gateway` for `NAMESPACE/NAME` or `NAMESPACE/NAME/LISTENER`."""
    namespace, _, rest = text.strip().partition("/")
    name, _, listener = rest.partition("/")
    return {
        "name": name,
        "namespace": namespace,
        **({"sectionName": listener} if listener else {}),
    }


def ingress(text: str) -> Config:
    """Return the key `ingress` for the name of an IngressClass."""
    return {"className": text.strip()}


def entries(text: str) -> list[Config]:
    """Return the key `applications` for names of repositories."""
    return [{"repository": each} for each in text.replace(",", " ").split()]
