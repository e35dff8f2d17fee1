"""Runs the real `pulumi` on the stack dev, against the running lab."""

import json
import os
import subprocess

import httpx2
from pydantic import BaseModel, Field, TypeAdapter
from rich.console import Console
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from lab.run import control
from lab.run.directory import CLONE, LabDirectory, LabError
from lab.run.state import LabState
from lab.world.environment import environment
from lab.world.push import connect

STACK = "dev"

PING_TIMEOUT = 30.0
"""Seconds until GitHub's ping must have been answered; in the lab it takes less than one."""


class Outputs(BaseModel):
    """The stack outputs that the summary shows, by application."""

    receiver_urls: dict[str, str] = Field(default_factory=dict, alias="receiverUrls")
    webhooks: dict[str, str] = Field(default_factory=dict)


class Delivery(BaseModel):
    """One entry of GitHub's `GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries`."""

    event: str
    status_code: int
    status: str


def _pulumi(lab: LabDirectory, state: LabState, *arguments: str, capture: bool = False) -> str:
    variables = {**os.environ, **environment(lab, state)}
    command = ["pulumi", "--cwd", str(CLONE), *arguments]
    process = subprocess.run(
        command, env=variables, check=False, text=True, stdout=subprocess.PIPE if capture else None
    )
    if process.returncode != 0:
        message = f"pulumi {arguments[0]} failed with exit code {process.returncode}"
        raise LabError(message)
    return process.stdout if capture else ""


def run(lab: LabDirectory, *arguments: str) -> LabState:
    """Runs `pulumi <arguments>` on the stack, and creates the stack when it is missing.

    Returns:
        The state of the lab that it ran against.

    Raises:
        LabError: No lab is running, or Pulumi failed. Pulumi's own output says why.
    """
    state = control.running(lab)
    _pulumi(lab, state, "stack", "select", "--create", STACK)
    _pulumi(lab, state, *arguments, "--stack", STACK)
    return state


def up(lab: LabDirectory, console: Console) -> None:
    """Runs `pulumi up`, then shows each application's receiver URL and the answer to GitHub's ping.

    Raises:
        LabError: As for `run`; or a receiver did not accept a ping.
    """
    # Without the outputs, among them a policy and a public key, which would hide what follows.
    state = run(lab, "up", "--yes", "--skip-preview", "--suppress-outputs")
    text = _pulumi(
        *(lab, state, "stack", "output", "--show-secrets", "--json", "--stack", STACK),
        capture=True,
    )
    outputs = Outputs.model_validate(json.loads(text))
    for name, url in outputs.receiver_urls.items():
        ping = _ping(state, name, outputs.webhooks[name])
        console.print(f"[green]✔[/] {name}: GitHub's ping was answered with {ping.status_code}")
        console.print(f"  receiver {url}", soft_wrap=True, highlight=False)
    github = f"http://127.0.0.1:{state.ports['github']}/_lab/"
    console.print("next: make demo          push a commit and watch it reach the cluster")
    console.print("      make demo-image    push an image and watch the bot's commit follow")
    console.print(
        f"      {github}    see keys, webhooks with their deliveries, and Flux",
        soft_wrap=True,
        highlight=False,
    )


def _ping(state: LabState, repository: str, webhook: str) -> Delivery:
    """Returns the ping of a webhook once it is answered.

    Raises:
        LabError: It is not answered within `PING_TIMEOUT`, or not with 200.
    """

    def look(client: httpx2.Client) -> Delivery | None:
        answer = client.get(f"/repos/{repository}/hooks/{webhook}/deliveries")
        answer.raise_for_status()
        deliveries = TypeAdapter(list[Delivery]).validate_python(answer.json())
        return next(
            (each for each in deliveries if each.event == "ping" and each.status_code), None
        )

    attempts = Retrying(
        retry=retry_if_result(lambda ping: ping is None),
        wait=wait_fixed(0.2),
        stop=stop_after_delay(PING_TIMEOUT),
    )
    with connect(state) as client:
        try:
            ping = attempts(look, client)
        except (RetryError, httpx2.HTTPError) as error:
            message = f"no answer to the ping of {repository} within {PING_TIMEOUT:.0f} s"
            raise LabError(f"{message}: {error}") from error
    if ping is None or ping.status_code != httpx2.codes.OK:
        message = f"the ping of {repository} was answered with {ping}"
        raise LabError(message)
    return ping
