"""Reads and checks the stack file, and converts it to arguments of `components`, which do not import this package.

`read` is the entry point. It uses `decode` (text to `models`), `cluster_sync`, `pull_request` and `faults`;
`parameters` collects the SSM names.
"""

from typing import TYPE_CHECKING

from components.rules.late import imported
from settings.messages import SECRETS
from settings.models.settings import Entry, Settings
from settings.parameters import ParameterName, parameter_names
from settings.read import checked, parse, read, refusal

if TYPE_CHECKING:
    from settings.application_args import application_args
    from settings.outputs import export_outputs
    from settings.shared_args import (
        bot_args,
        cluster_args,
        github_app_args,
        monitoring_args,
        notification_args,
        secret,
    )

__all__ = [
    "SECRETS",
    "Entry",
    "ParameterName",
    "Settings",
    "application_args",
    "bot_args",
    "checked",
    "cluster_args",
    "export_outputs",
    "github_app_args",
    "monitoring_args",
    "notification_args",
    "parameter_names",
    "parse",
    "read",
    "refusal",
    "secret",
]

_LATE = {
    "settings.application_args": ("application_args",),
    "settings.outputs": ("export_outputs",),
    "settings.shared_args": (
        "bot_args",
        "cluster_args",
        "github_app_args",
        "monitoring_args",
        "notification_args",
        "secret",
    ),
}
"""Modules of names that are imported when they are first used: who only reads a file needs no component."""


__getattr__ = imported(__name__, _LATE)
