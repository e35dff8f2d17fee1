"""Configuration: read once, turned into typed values, or refused with every fault in one message.

A fault says where, which rule and what to write instead; never a value, since a secret may stand under a wrong key.
"""

import difflib
import json
import os
import typing
from collections.abc import Iterator, Mapping, Sequence

import pulumi
import pulumi.runtime.config
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from components import _rules
from components._openpgp import OpenPgpKey
from components.values import Application, Stack

PROJECT = "fluxhook"
APPLICATIONS = f"{PROJECT}:applications"
_UNSET = ("", "{}", "[]", "null")
"""What Pulumi.yaml has as default where a key may be left out: the engine wants one for every key it declares."""
_SECRETS = {
    field.alias for field in Stack.model_fields.values() if field.annotation == SecretStr | None
}
_STACK_PLACEHOLDERS = {
    "owner": "owner",
    "host": "host.invalid",
    "gateway": {"name": "unknown", "namespace": "unknown"},
}

Model = typing.TypeVar("Model", bound=BaseModel)


def load() -> tuple[Stack, tuple[Application, ...]]:
    """Read the stack's configuration.

    Raises:
        pulumi.RunError: one message with every fault; nothing has been written.
    """
    # No public function lists keys; without the list an unknown key could not be refused.
    known = pulumi.runtime.config.get_config_env() | pulumi.runtime.config.CONFIG.get()
    prefix = f"{PROJECT}:"
    own = {key.removeprefix(prefix): text for key, text in known.items() if key.startswith(prefix)}
    faults = [
        f"{prefix}{key}: stands in clear; run `pulumi config set --secret {key}` (and replace it: it was seen)"
        for key, text in own.items()
        if text and key in _SECRETS and not pulumi.runtime.config.is_config_secret(prefix + key)
    ]
    own["botToken"] = own.get("botToken") or os.environ.get("GITHUB_BOT_TOKEN", "")
    stack, applications, found = parse(own)
    faults += found
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        head = f"Pulumi.{pulumi.get_stack()}.yaml has {count}; nothing was written:"
        raise pulumi.RunError("\n  ".join([head, *faults]))
    return stack, applications


def secret(value: SecretStr | None) -> pulumi.Output[str] | None:
    """A secret of the configuration as a secret output: wrapped before it goes anywhere."""
    return pulumi.Output.secret(value.get_secret_value()) if value else None


def parse(raw: Mapping[str, str]) -> tuple[Stack, tuple[Application, ...], list[str]]:
    """The typed values and the faults; with a fault, placeholders stand where a value could not be taken.

    `raw` holds the keys without their namespace, each as Pulumi hands it over: plain text or JSON.
    """
    values = {key: _decoded(key, text) for key, text in raw.items() if text not in _UNSET}
    entries = values.pop("applications", None)
    stack, faults = _parsed(Stack, values, f"{PROJECT}:", _STACK_PLACEHOLDERS)
    if not isinstance(entries, list):
        faults.append(
            f"{APPLICATIONS}: is missing; write a list, at least one `- repository: name`"
        )
        entries = []
    applications = []
    for index, entry in enumerate(entries):
        application, found = _application(entry, stack.owner, index)
        applications.append(application)
        faults += found
    faults += _stack_faults(stack, applications)
    faults += _application_faults(applications)
    return stack, tuple(applications), faults


def _decoded(key: str, text: str) -> object:
    field = {each.alias: each for each in Stack.model_fields.values()}.get(key)
    if field and {str, SecretStr} & {field.annotation, *typing.get_args(field.annotation)}:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _application(entry: object, owner: str, index: int) -> tuple[Application, list[str]]:
    path = f"{APPLICATIONS}[{index}]"
    placeholders = {"repository": f"{owner}/unknown-{index}", "name": f"unknown-{index}"}
    if not isinstance(entry, dict):
        return Application.model_validate(placeholders), [
            f"{path}: is no map; write `- repository: name`"
        ]
    written = entry.get("repository")
    repository = _rules.repository_id(written, owner) if isinstance(written, str) else None
    if repository:
        name = _rules.kubernetes_name(repository.partition("/")[2])
        values = {"name": name} | entry | {"repository": repository}
        return _parsed(Application, values, f"{path}.", placeholders)
    fault = f"{path}.repository: is neither `name` nor `owner/name` of a GitHub repository"
    application, faults = _parsed(
        Application, placeholders | entry | placeholders, f"{path}.", placeholders
    )
    return application, [fault, *faults]


def _parsed(
    model: type[Model], values: Mapping[str, object], path: str, placeholders: Mapping[str, object]
) -> tuple[Model, list[str]]:
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        faults = error.errors(include_url=False)
    # The rest is validated too, so that rules between keys are judged in the same run.
    wrong = {str(fault["loc"][0]) for fault in faults}
    rest = {key: value for key, value in values.items() if key not in wrong}
    return model.model_validate({**placeholders, **rest}), [
        f"{path}{_fault(model, f)}" for f in faults
    ]


def _fault(model: type[BaseModel], error: ErrorDetails) -> str:
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"])[
        1:
    ]
    *parents, last = (part for part in error["loc"] if isinstance(part, str))
    for part in parents:
        model = _nested(model, part)
    fields = {str(field.alias): field for field in model.model_fields.values()}
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(last, fields, n=1, cutoff=0)
        return f"{where}: is no known key; did you mean `{near[0]}`?"
    message = (
        "is missing" if error["type"] == "missing" else error["msg"].removeprefix("Value error, ")
    )
    return f"{where}: {message} ({fields[last].description})"


def _nested(model: type[BaseModel], alias: str) -> type[BaseModel]:
    for field in model.model_fields.values():
        if field.alias == alias:
            for each in (field.annotation, *typing.get_args(field.annotation)):
                if isinstance(each, type) and issubclass(each, BaseModel):
                    return each
    return model


def _stack_faults(stack: Stack, applications: Sequence[Application]) -> Iterator[str]:
    """Faults that lie between keys of the stack."""
    if stack.verify_tls and stack.scheme != "https":
        yield f"{PROJECT}:scheme: must be https while verifyTls is true; write https, or set verifyTls to false"
    if stack.bot_passphrase and not stack.bot:
        yield f"{PROJECT}:botPassphrase: has no bot; write `bot` too, or remove it"
    if stack.bot and not stack.bot_token:
        yield (
            f"{PROJECT}:botToken: is missing: an owner's token cannot add a key to the bot's account;"
            " set $GITHUB_BOT_TOKEN, or run `pulumi config set --secret botToken`"
        )
    limit = _rules.PARAMETER_BYTES[stack.parameter_tier]
    passphrase = stack.bot_passphrase.get_secret_value() if stack.bot_passphrase else ""
    token = stack.registry_token.get_secret_value() if stack.registry_token else ""
    # The generated key has the same size for every seed, so it can be refused before one is made.
    armor = (
        OpenPgpKey(bytes(32), f"{stack.bot.name} <{stack.bot.email}>", passphrase).private_armor
        if stack.bot
        else ""
    )
    sizes = {"registryToken": token, "botPassphrase": passphrase, "bot": armor}
    for key, value in sizes.items():
        if len(value.encode()) > limit:
            yield (
                f"{PROJECT}:{key}: takes {len(value.encode())} bytes, tier {stack.parameter_tier} has room for {limit};"
                " write a shorter one, or set parameterTier to Advanced"
            )
    for index, app in enumerate(applications):
        if app.image and app.image.private and not stack.registry_token:
            yield (
                f"{APPLICATIONS}[{index}].image.private: needs {PROJECT}:registryToken;"
                " run `pulumi config set --secret registryToken`, or write false"
            )
        if app.automated and not stack.bot:
            yield (
                f"{APPLICATIONS}[{index}].image.automation: needs a bot to commit; write {PROJECT}:bot, or write false"
            )
        for parameter in stack.parameters(app):
            if fault := _rules.parameter_name_fault(parameter):
                yield f"{APPLICATIONS}[{index}]: its SSM name {parameter} {fault}"
    yield from _repeated(applications, "deployKey.parameter", "SSM name", stack.parameters)


def _application_faults(applications: Sequence[Application]) -> Iterator[str]:
    """Faults that lie between keys of an application, or between applications."""
    for index, app in enumerate(applications):
        path = f"{APPLICATIONS}[{index}]"
        if "ping" not in app.receiver.events:
            yield f"{path}.receiver.events: must have ping, or GitHub's first delivery gets 400; add `ping`"
        if "ping" in app.webhook.events:
            yield f"{path}.webhook.events: must not have ping, GitHub sends it by itself; remove `ping`"
        for event in sorted(set(app.webhook.events) - set(app.receiver.events) - {"ping"}):
            yield f"{path}.webhook.events: has {event}, which receiver.events lacks; write it there too"
        if app.automated and app.deploy_key.writable is False:
            yield f"{path}.deployKey.writable: must not be false, image automation pushes; remove it"
    yield from _repeated(
        applications, "repository", "repository", lambda app: [app.repository.lower()]
    )
    yield from _repeated(applications, "name", "name", lambda app: [app.name])
    yield from _repeated(
        applications, "receiver.name", "Receiver name", lambda app: [app.receiver_name]
    )
    for index, app in enumerate(applications):
        if app.name in app.kustomization.depends_on:
            yield f"{APPLICATIONS}[{index}].kustomization.dependsOn: names itself; remove `{app.name}`"


def _repeated(
    applications: Sequence[Application],
    key: str,
    what: str,
    of: typing.Callable[[Application], Sequence[str]],
) -> Iterator[str]:
    first: dict[str, int] = {}
    for index, app in enumerate(applications):
        for value in of(app):
            if value in first:
                yield f"{APPLICATIONS}[{index}].{key}: has the {what} of applications[{first[value]}]; write another"
            first.setdefault(value, index)
