"""Configuration: read once, turned into typed values, or refused with every fault in one message.

A fault says where, which rule and what to write instead; never a value, since a secret may stand under a wrong key.
"""

import difflib
import json
import os
import types
import typing
from collections.abc import Mapping

import pulumi
import pulumi.runtime.config
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from components import _rules
from components._ephemeral import ephemeral, judged
from components._faults import PROJECT, application_faults, ephemeral_faults, stack_faults
from components.values import Application, Stack
from components.values.cluster import ClusterSync

APPLICATIONS = f"{PROJECT}:applications"
CLUSTER_SYNC = f"{PROJECT}:clusterSync"
_UNSET = ("", "[]", "null")
"""What Pulumi.yaml has as default where a key may be left out: the engine wants one for every key it declares."""
_FIELDS = {str(field.alias): field for field in Stack.model_fields.values()}
SECRETS = {key for key, field in _FIELDS.items() if "SecretStr" in str(field.annotation)}
"""Keys that are set with `pulumi config set --secret`."""
_STACK_PLACEHOLDERS = {"owner": "owner"}

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
        if _is_set(key, text)
        and key in SECRETS
        and not pulumi.runtime.config.is_config_secret(prefix + key)
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
    values = {key: _decoded(key, text) for key, text in raw.items() if _is_set(key, text)}
    entries = values.pop("applications", None)
    stack, faults = _parsed(Stack, values, f"{PROJECT}:", _STACK_PLACEHOLDERS)
    if not isinstance(entries, list):
        if not stack.cluster_sync or stack.ephemeral:
            faults.append(
                f"{APPLICATIONS}: is missing; write a list, at least one `- repository: name`"
            )
        entries = []
    written = []
    for index, entry in enumerate(entries):
        application, found = _application(entry, stack.owner, index)
        written.append((f"{APPLICATIONS}[{index}]", application))
        faults += found
    if stack.cluster_sync and not stack.ephemeral:
        application, found = _cluster_sync(stack.cluster_sync, stack)
        written.append((CLUSTER_SYNC, application))
        faults += found
    # Judged is what is deployed: an environment must not fail for what it leaves out.
    stack, deployed = ephemeral(stack, written)
    faults += stack_faults(stack, judged(stack, values))
    faults += application_faults(stack, deployed)
    faults += ephemeral_faults(stack, written, deployed)
    return stack, tuple(app for _, app in deployed), faults


def _is_set(key: str, text: str) -> bool:
    """Whether the stack's file has a key. An empty group counts only where it means something: all its defaults."""
    group = _nested(field) if (field := _FIELDS.get(key)) and field.default is None else None
    empty = group is None or any(each.is_required() for each in group.model_fields.values())
    return text not in _UNSET and not (empty and text == "{}")


def _decoded(key: str, text: str) -> object:
    field = _FIELDS.get(key)
    if field and not _structured(field.annotation):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _structured(annotation: object) -> bool:
    """Whether values of a type come as JSON; all others are text, even where it looks like a number."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return any(map(_structured, typing.get_args(annotation)))
    if typing.get_origin(annotation) in (dict, tuple) or annotation in (int, bool):
        return True
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


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


def _cluster_sync(sync: ClusterSync, stack: Stack) -> tuple[Application, list[str]]:
    """The application that a cluster's own repository is; its keys and tokens are those of this path alone."""
    repository, faults = _rules.repository_id(sync.repository, stack.owner), []
    if repository is None:
        repository = f"{stack.owner}/unknown"
        faults.append(
            f"{CLUSTER_SYNC}.repository: is neither `name` nor `owner/name` of a GitHub repository"
        )
    directories = [each for each in sync.path.split("/") if each not in (".", "")]
    prefix = "/".join([stack.parameter_prefix, repository.rpartition("/")[2], *directories])
    if fault := _rules.parameter_name_fault(f"{prefix}/receiver/token"):
        faults.append(
            f"{CLUSTER_SYNC}.path: makes the SSM name {prefix}/receiver/token, which {fault}"
        )
        prefix = f"{stack.parameter_prefix}/unknown"
    key = {
        "title": f"flux {'/'.join(directories)}".strip(),
        "parameter": f"{prefix}/deploy-key",
    }
    return Application.model_validate(
        {
            "repository": repository,
            "name": sync.name,
            "branch": sync.branch,
            "interval": sync.interval,
            "credentials": sync.credentials,
            **({"deployKey": key} if sync.credentials == "deploy-key" else {}),
            "kustomization": {"path": sync.path, "interval": "10m"},
            "receiver": {"parameter": f"{prefix}/receiver/token"},
        }
    ), faults


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
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"])
    known: dict[str, FieldInfo] = {}
    description: str | None = ""
    for part in error["loc"]:
        fields = {str(field.alias): field for field in model.model_fields.values()}
        if field := fields.get(str(part)):
            description, known = field.description, fields
            model = _nested(field) or model
        elif isinstance(part, str):
            known = fields
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(error["loc"][-1]), known, n=1, cutoff=0)
        return f"{where[1:]}: is no known key; did you mean `{near[0]}`?"
    message = (
        "is missing" if error["type"] == "missing" else error["msg"].removeprefix("Value error, ")
    )
    return f"{where[1:]}: {message} ({description})"


def _nested(field: FieldInfo) -> type[BaseModel] | None:
    """The group of values that a field holds, or a list of which."""
    for each in (field.annotation, *typing.get_args(field.annotation)):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None
