"""Reads a stack: the settings that `pulumi up` would use, and what the last `up` left."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import settings as stack_file
from fluxhook.errors import Refusal
from fluxhook.stacks.engine import Engine
from settings.models.settings import PROJECT, Settings


@dataclass(frozen=True)
class Stack:
    """One stack of the program, with valid settings."""

    engine: Engine
    settings: Settings
    """The same that the program gets."""
    config: Mapping[str, str]
    """Keys of other namespaces, such as `aws:region`, as text."""

    @property
    def name(self) -> str:
        """Its name without organisation and project."""
        return self.settings.stack_name

    def outputs(self, show_secrets: bool = False) -> Mapping[str, Any]:
        """Return the stack's outputs by name; empty before the first `up`.

        Without `show_secrets`, a secret output is the text `[secret]`, and no passphrase is needed.

        Raises:
            Refusal: `pulumi` failed.
        """
        flags = ["--show-secrets"] if show_secrets else []
        outputs: Mapping[str, Any] = self.engine.answer("stack", "output", "--json", *flags)
        return outputs

    def export(self) -> Mapping[str, Any]:
        """Return the state as `pulumi stack export` writes it; secrets stay encrypted.

        Raises:
            Refusal: `pulumi` failed.
        """
        return exported(self.engine)


def exported(engine: Engine) -> Mapping[str, Any]:
    """Return a stack's state, which needs no valid settings.

    Raises:
        Refusal: `pulumi` failed.
    """
    state: Mapping[str, Any] = engine.answer("stack", "export")
    return state


def read(directory: Path, stack: str | None = None) -> Stack:
    """Read the settings of a stack.

    Args:
        directory: Where the program is, or below.
        stack: Name of the stack; the selected one by default.

    Raises:
        Refusal: There is no such stack, or its file has faults; the message lists all of them.
    """
    engine = Engine(directory, stack)
    name = (stack or engine.run("stack", "--show-name").strip()).rpartition("/")[2]
    config = engine.answer("config", "--json", "--show-secrets")
    texts = {key: str(each.get("value", "")) for key, each in config.items()}
    prefix = f"{PROJECT}:"
    own = {key.removeprefix(prefix): text for key, text in texts.items() if key.startswith(prefix)}
    encrypted = {key.removeprefix(prefix) for key, each in config.items() if each["secret"]}
    settings, faults = stack_file.checked(own, encrypted, name)
    if faults:
        raise Refusal(stack_file.refusal(name, faults))
    others = {key: text for key, text in texts.items() if not key.startswith(prefix)}
    return Stack(engine, settings, others)
