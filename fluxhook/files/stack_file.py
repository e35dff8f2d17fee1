"""The file `Pulumi.<stack>.yaml`: where it is, and its faults."""

import json
from dataclasses import dataclass
from pathlib import Path

import settings
from fluxhook.errors import ExitCode, Refusal
from fluxhook.files.editing import loaded
from fluxhook.stacks.engine import Engine
from settings.models.settings import PROJECT

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")


@dataclass(frozen=True)
class StackFile:
    """The file of one stack, which need not exist yet."""

    path: Path
    stack: str
    """Name of the stack, without organisation and project."""

    def text(self) -> str:
        """Return its content.

        Raises:
            Refusal: It does not exist.
        """
        try:
            return self.path.read_text()
        except FileNotFoundError as error:
            message = (
                f"there is no {self.path.name}; `fluxhook init --stack {self.stack}` writes it"
            )
            raise Refusal(message, ExitCode.NO_STACK) from error


def find(directory: Path, stack: str | None) -> StackFile:
    """Return the file of a stack, by default of the selected one.

    Args:
        directory: Where the program is, or below.
        stack: Its name, also with organisation and project in front.

    Raises:
        Refusal: There is no program, or no stack is named and none is selected.
    """
    places = [directory.resolve(), *directory.resolve().parents]
    root = next((at for at in places for name in PROJECT_FILES if (at / name).is_file()), None)
    if root is None:
        message = f"there is no Pulumi.yaml in {directory.resolve()} or above; name its directory: -C DIRECTORY"
        raise Refusal(message, ExitCode.NO_STACK)
    name = (stack or Engine(root).run("stack", "--show-name").strip()).rpartition("/")[2]
    return StackFile(root / f"Pulumi.{name}.yaml", name)


def faults(text: str, stack: str) -> list[str]:
    """Return the faults that the program would find, whatever the encrypted values are.

    Raises:
        Refusal: `text` is not YAML, or not a stack file.
    """
    config = loaded(text).get("config") or {}
    prefix = f"{PROJECT}:"
    own = {
        key.removeprefix(prefix): _as_pulumi_hands_over(value)
        for key, value in config.items()
        if key.startswith(prefix)
    }
    return settings.parse(own, stack)[1]


def _as_pulumi_hands_over(value: object) -> str:
    plain = _without_encryption(value)
    return plain if isinstance(plain, str) else json.dumps(plain, default=str)


def _without_encryption(value: object) -> object:
    if isinstance(value, dict):
        if value.keys() == {"secure"}:
            return "encrypted"
        return {key: _without_encryption(each) for key, each in value.items()}
    return [_without_encryption(each) for each in value] if isinstance(value, list) else value
