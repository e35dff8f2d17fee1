"""When an object counts as ready: the annotation `pulumi.com/waitFor`.

After pulumi-kubernetes `provider/pkg/metadata/overrides.go`, `provider/pkg/jsonpath` and
`provider/pkg/await/condition`: one expression or a JSON array of them, each `condition=Type[=Status]`
or `jsonpath={.path}[=value]`, and none holds while the object's status is older than its spec. An
expected value and a found one are shown as the official plugin shows them, even where the annotation
is secret.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from lab.plugins.core.model import ProviderError
from lab.plugins.core.values import Properties, Value, plain_object

WAIT_FOR = "pulumi.com/waitFor"
_BRACKETS = re.compile(r"\{\s*(.*?)\s*\}")


@dataclass(frozen=True)
class Condition:
    """One expression.

    Attributes:
        name: What to call it in a refusal: not by its expected value, which may be secret.
        check: Whether it holds of an object, and what is shown of that.
    """

    name: str
    check: Callable[[Properties], tuple[bool, str]]


def parse_wait_for(annotation: str) -> list[Condition]:
    """Reads the annotation's value.

    Raises:
        ProviderError: An expression is malformed; the message does not quote an expected value.
    """
    try:
        read = json.loads(annotation)
    except ValueError:
        read = annotation
    expressions = read if isinstance(read, list) else [annotation]
    if not expressions:
        raise ProviderError("at least one condition must be specified")
    return [_parse(str(expression)) for expression in expressions]


def describe(live: Properties) -> str:
    """The status in a few words: each condition's type, status and reason.

    Not its message, which may quote a secret (a Receiver's holds its webhook path).
    """
    conditions = plain_object(live.get("status")).get("conditions")
    told = []
    for condition in conditions if isinstance(conditions, list) else []:
        entry = plain_object(condition)
        told.append(f"{entry.get('type')}={entry.get('status')} ({entry.get('reason')})")
    return ", ".join(told) or "the status has no conditions"


def _parse(expression: str) -> Condition:
    if expression.startswith("condition="):
        wanted, _, status = expression.removeprefix("condition=").partition("=")
        status = status or "True"
        return Condition(f"condition {wanted}={status}", lambda live: _has(live, wanted, status))
    if expression.startswith("jsonpath="):
        return _parse_jsonpath(expression.removeprefix("jsonpath="))
    raise ProviderError(
        f'{WAIT_FOR}: expected a "jsonpath=" or "condition=" prefix, got '
        f'"{expression.partition("=")[0][:40]}"'
    )


def _parse_jsonpath(expression: str) -> Condition:
    # Only single equals signs part the path from the value.
    parts = re.split(r"(?<!=)=(?!=)", expression)
    path = parts[0]
    if len(parts) > 2:
        raise ProviderError(f"{WAIT_FOR}: format should be {{.path}}=value or {{.path}}")
    if len(parts) == 2 and not parts[1]:
        raise ProviderError(f"{WAIT_FOR}: {path}= requires a value")
    if path.startswith("'") and path.endswith("'"):
        raise ProviderError(f"{WAIT_FOR}: {path} should omit shell quotes")
    match = _BRACKETS.search(path)
    if match is None:
        raise ProviderError(f"{WAIT_FOR}: {path} should be wrapped in brackets {{ ... }}")
    query = match.group(1)
    # Imported only where an object waits: it costs a tenth of a second.
    import jsonpath

    try:
        compiled = jsonpath.compile(query if query.startswith("$") else f"${query}", strict=True)
    except jsonpath.JSONPathError as error:
        raise ProviderError(f'{WAIT_FOR}: parsing "{path}": {error}') from None
    value = parts[1] if len(parts) == 2 else ""

    def check(live: Properties) -> tuple[bool, str]:
        if _outdated(live, plain_object(live.get("status")).get("observedGeneration")):
            return False, ""
        found = compiled.findall(live)
        if not found:
            return False, f"{path} selected nothing"
        text = _text(found[0], path) if value else ""
        if text == value:
            return True, f"Found {expression}"
        return False, f'Waiting for {expression} (found "{text}")'

    return Condition(f"{path} to have its expected value" if value else f"{path} to exist", check)


def _text(found: object, path: str) -> str:
    if isinstance(found, (dict, list)):
        raise ProviderError(f'{WAIT_FOR}: "{path}" has a non-primitive value')
    if isinstance(found, bool):
        return str(found).lower()
    return "<nil>" if found is None else str(found)


def _has(live: Properties, wanted: str, status: str) -> tuple[bool, str]:
    current = plain_object(live.get("status"))
    conditions = current.get("conditions")
    for condition in conditions if isinstance(conditions, list) else []:
        entry = plain_object(condition)
        if str(entry.get("type")).lower() == wanted.lower():
            observed = entry.get("observedGeneration", current.get("observedGeneration"))
            if _outdated(live, observed):
                return False, ""
            found = entry.get("status")
            if str(found).lower() == status.lower():
                return True, ""
            return False, f"Resource has condition {wanted}={found} (want {status})"
    return False, ""


def _outdated(live: Properties, observed: Value) -> bool:
    generation = plain_object(live.get("metadata")).get("generation")
    return isinstance(observed, int) and isinstance(generation, int) and observed < generation
