"""Faults of shape in plain words: what is wrong with a value, and what to write instead; never the value itself."""

import re
from collections.abc import Callable, Mapping, Sequence

from pydantic_core import ErrorDetails

from settings.models.application import Application
from settings.models.group import Group, Key, Kind, group_in, is_secret, keys_of, kind_of
from settings.models.stack import Stack
from settings.words import near, one_of

STACK_KEYS = keys_of(Stack)
APPLICATION_KEYS = keys_of(Application)
SECRETS = frozenset(name for name, key in STACK_KEYS.items() if is_secret(key.annotation))
"""Keys that are set with `pulumi config set --secret`."""


def fault(group: type[Group], error: ErrorDetails) -> tuple[str, str]:
    """Return the path of a validation error below `group`, and what to tell about it."""
    path = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in error["loc"])
    keys, key = _keys_at(group, error["loc"])
    if error["type"] == "extra_forbidden":
        return path[1:], _unknown_key(group, str(error["loc"][-1]), keys)
    found = _text(error, key)
    return path[1:], f"{found} ({key.description})" if key and key.description else found


def meant_instead(group: type[Group], error: ErrorDetails) -> tuple[str | int, ...] | None:
    """Return where an unknown key should stand, if it is a misspelled one."""
    if error["type"] != "extra_forbidden":
        return None
    meant = near(str(error["loc"][-1]), _keys_at(group, error["loc"])[0])
    return (*error["loc"][:-1], meant) if meant else None


def _keys_at(
    group: type[Group], location: Sequence[str | int]
) -> tuple[Mapping[str, Key], Key | None]:
    """Return the keys of the innermost group on the way to a value, and the key of the value."""
    keys, key = keys_of(group), None
    inner: type[Group] | None = group
    for part in location:
        if isinstance(part, str) and inner:
            keys = keys_of(inner)
            key = keys.get(part)
            inner = group_in(key.annotation) if key else None
    return keys, key


def _unknown_key(group: type[Group], name: str, keys: Mapping[str, Key]) -> str:
    if group is Application and name in STACK_KEYS:
        return f"is a key of the stack; write `fluxhook:{name}` outside of the list"
    of_stack = keys.keys() == STACK_KEYS.keys()
    if of_stack and name in APPLICATION_KEYS:
        return f"is a key of an application; write `{name}` in an entry of fluxhook:applications"
    meant = near(name, [*keys, "applications"] if of_stack else keys)
    if not meant:
        return f"is not a known key; the keys here are {', '.join(keys)}"
    seen = " If it holds a secret, replace that too: it was seen." if meant in SECRETS else ""
    return f"is not a known key; did you mean `{meant}`?{seen}"


def _text(error: ErrorDetails, key: Key | None) -> str:
    kind = kind_of(key.annotation) if key else None
    if error["input"] is None and error["type"] != "missing":
        return "has no value; write one, or remove the key"
    return _TEXTS.get(error["type"], _other)(error, kind)


def _other(error: ErrorDetails, kind: Kind | None) -> str:
    return f"must be a {kind.name}, such as {kind.example}" if kind else "is not what belongs here"


def _not_text(error: ErrorDetails, kind: Kind | None) -> str:
    if isinstance(error["input"], (bool, int, float)):
        if kind and kind.name == "duration":
            return f"has no unit; write a duration such as {kind.example}"
        return "must be text; put it in quotes"
    return f"must be text{f', such as {kind.example}' if kind else ''}, not a list or a map"


def _not_one_of(error: ErrorDetails, kind: Kind | None) -> str:
    words = re.findall(r"'([^']*)'", str(error["ctx"]["expected"]))
    meant = near(str(error["input"]), words)
    return (
        f"is not known; did you mean `{meant}`?"
        if meant
        else f"is not known; write {one_of(words)}"
    )


def _bound(words: str, name: str) -> Callable[[ErrorDetails, Kind | None], str]:
    return lambda error, kind: f"{words} {error['ctx'][name]}"


def _always(text: str) -> Callable[[ErrorDetails, Kind | None], str]:
    return lambda error, kind: text


_NUMBER = _always("must be a whole number, without quotes and unit")
_SWITCH = _always("must be true or false, without quotes")
_LIST = _always("must be a list; begin each entry with `- `")
_MAP = _always("must be a map; write `key: value` in lines of its own below it")
_TEXTS: Mapping[str, Callable[[ErrorDetails, Kind | None], str]] = {
    "missing": _always("is missing"),
    "value_error": lambda error, kind: str(error["ctx"]["error"]),
    "string_type": _not_text,
    "string_too_short": _always("is empty; write something, or remove the key"),
    "string_too_long": _bound("is too long; the most characters are", "max_length"),
    "too_short": _always("is an empty list; write at least one entry, or remove the key"),
    "greater_than_equal": _bound("is too small; the least is", "ge"),
    "less_than_equal": _bound("is too large; the most is", "le"),
    **dict.fromkeys(("literal_error", "enum"), _not_one_of),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), _NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), _SWITCH),
    **dict.fromkeys(("tuple_type", "list_type"), _LIST),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), _MAP),
}
