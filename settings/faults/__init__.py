"""Faults between keys, one file for each subject: each says where, which rule, and what to write."""

from collections.abc import Iterator

from settings.faults.applications import application_faults
from settings.faults.bot import bot_faults
from settings.faults.commit_status import commit_status_faults
from settings.faults.delivery import delivery_faults
from settings.faults.exposure import exposure_faults
from settings.faults.generations import generation_faults
from settings.faults.github_app import github_app_faults
from settings.faults.notifications import notification_faults
from settings.faults.parameters import parameter_faults
from settings.faults.pull_request import pull_request_faults
from settings.faults.scaffold import scaffold_faults
from settings.faults.secrets import secret_faults
from settings.models.settings import Settings

SUBJECTS = (
    exposure_faults,
    secret_faults,
    bot_faults,
    github_app_faults,
    notification_faults,
    application_faults,
    delivery_faults,
    commit_status_faults,
    scaffold_faults,
    generation_faults,
    parameter_faults,
)


def faults_between_keys(file_settings: Settings, settings: Settings) -> Iterator[str]:
    """Yield every fault of the settings to deploy; `file_settings` is what the file says, before `as_pull_request`."""
    for faults in SUBJECTS:
        yield from faults(settings)
    yield from pull_request_faults(file_settings, settings)
