"""Deploy keys, repository webhooks and a user's GPG keys.

After terraform-provider-github 6.x as pulumi-github 6.15 bridges it.
"""

import re
from collections.abc import Mapping

from lab.plugins.github_resource import GithubResource
from lab.plugins.model import Call, ProviderError
from lab.plugins.properties import Property
from lab.plugins.values import Properties, Value, plain_object

# `ssh-ed25519 AAAA… comment`: GitHub keeps no comment.
_PUBLIC_KEY = re.compile(r"^([a-z0-9-]+ \S+)( \S+)?$")


class RepositoryDeployKey(GithubResource):
    """github:index/repositoryDeployKey:RepositoryDeployKey.

    Nothing of it can be changed in place, and GitHub refuses a key that is in use anywhere: so the
    old key goes before the new one comes.
    """

    properties: Mapping[str, Property] = {
        "key": Property(required=True, force_new=True),
        "readOnly": Property("boolean", default=True, force_new=True),
        "repository": Property(required=True, force_new=True),
        "title": Property(required=True, force_new=True),
    }
    outputs: Mapping[str, Property] = {"etag": Property()}
    delete_before_replace = True

    def normal(self, name: str, value: Value) -> Value:
        """A key without its comment."""
        if name == "key" and isinstance(value, str):
            return _PUBLIC_KEY.sub(r"\1", value.strip())
        return value

    def make(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        """Adds the key."""
        body = {"key": inputs["key"], "title": inputs["title"], "read_only": inputs["readOnly"]}
        path = f"{self.client.repository(inputs['repository'])}/keys"
        answer, _ = self.client.request("POST", path, body)
        return self.written(call, f"{inputs['repository']}:{answer['id']}", inputs)

    def fetch(
        self, call: Call, identifier: str, state: Properties
    ) -> tuple[str, Properties] | None:
        """Reads the key back."""
        repository, number = _two(identifier, ":", "repository:keyid")
        found = self.look_up(f"{self.client.repository(repository)}/keys/{number}")
        return (identifier, _deploy_key(found[0], repository, found[1])) if found else None

    def delete(self, call: Call, identifier: str, state: Properties) -> None:
        """Removes the key."""
        repository, number = _two(identifier, ":", "repository:keyid")
        self.remove(f"{self.client.repository(repository)}/keys/{number}")


class RepositoryWebhook(GithubResource):
    """github:index/repositoryWebhook:RepositoryWebhook.

    GitHub answers with asterisks in place of the secret, so the state keeps the one that was sent
    and a secret that somebody changed on GitHub goes unseen.
    """

    properties: Mapping[str, Property] = {
        "repository": Property(required=True, force_new=True),
        "events": Property("list", required=True),
        "active": Property("boolean", default=True),
        "configuration": Property(
            "object",
            fields={
                "url": Property(required=True, secret=True),
                "contentType": Property(),
                "secret": Property(secret=True),
                "insecureSsl": Property("boolean"),
            },
        ),
        "etag": Property(computed=True),
    }
    outputs: Mapping[str, Property] = {"url": Property(secret=True)}

    def normal(self, name: str, value: Value) -> Value:
        """Events as the set that they are, a configuration with GitHub's own defaults."""
        if name == "events" and isinstance(value, list):
            return [*sorted({event for event in value if isinstance(event, str)})]
        if name == "configuration" and isinstance(value, dict):
            return {"contentType": "form", "insecureSsl": False, **value}
        return None if name == "etag" else value

    def make(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        """Registers the hook; GitHub pings it."""
        path = f"{self.client.repository(inputs['repository'])}/hooks"
        answer, _ = self.client.request("POST", path, {"name": "web", **_hook(inputs)})
        return self.written(call, str(answer["id"]), inputs)

    def fetch(
        self, call: Call, identifier: str, state: Properties
    ) -> tuple[str, Properties] | None:
        """Reads the hook, but for its secret."""
        if not state:
            repository, identifier = _two(identifier, "/", "<repository>/<webhook_id>")
            state = {"repository": repository}
        found = self.look_up(f"{self.client.repository(state['repository'])}/hooks/{identifier}")
        return (identifier, _hook_state(found[0], state, found[1])) if found else None

    def change(
        self, call: Call, identifier: str, state: Properties, inputs: Properties
    ) -> Properties:
        """Edits the hook, always sending the secret, which GitHub would drop otherwise."""
        path = f"{self.client.repository(inputs['repository'])}/hooks/{identifier}"
        self.client.request("PATCH", path, _hook(inputs))
        return self.written(call, identifier, inputs)[1]

    def delete(self, call: Call, identifier: str, state: Properties) -> None:
        """Removes the hook."""
        repository = plain_object(state)["repository"]
        self.remove(f"{self.client.repository(repository)}/hooks/{identifier}")


class UserGpgKey(GithubResource):
    """github:index/userGpgKey:UserGpgKey, of the user whose token the provider has."""

    properties: Mapping[str, Property] = {
        "armoredPublicKey": Property(required=True, force_new=True)
    }
    outputs: Mapping[str, Property] = {"keyId": Property(), "etag": Property()}

    def make(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        """Adds the key to the user."""
        body = {"armored_public_key": inputs["armoredPublicKey"]}
        answer, _ = self.client.request("POST", "user/gpg_keys", body)
        return str(answer["id"]), {**inputs, "keyId": answer["key_id"], "etag": ""}

    def fetch(
        self, call: Call, identifier: str, state: Properties
    ) -> tuple[str, Properties] | None:
        """Looks whether the key is still there; the key itself is not read back."""
        if not state:
            raise ProviderError("resource github_user_gpg_key doesn't support import")
        found = self.look_up(f"user/gpg_keys/{identifier}")
        return (identifier, {**state, "keyId": found[0]["key_id"]}) if found else None

    def delete(self, call: Call, identifier: str, state: Properties) -> None:
        """Removes the key from the user."""
        self.remove(f"user/gpg_keys/{identifier}")


def _two(identifier: str, separator: str, form: str) -> tuple[str, str]:
    first, found, second = identifier.partition(separator)
    if not found or not first or not second.isdigit():
        raise ProviderError(f"invalid ID specified: supplied ID must be written as {form}")
    return first, second


def _deploy_key(answer: Properties, repository: Value, etag: str) -> Properties:
    return {
        "key": answer["key"],
        "title": answer["title"],
        "readOnly": answer["read_only"],
        "repository": repository,
        "etag": etag,
    }


def _hook(inputs: Properties) -> Properties:
    given = plain_object(inputs.get("configuration"))
    names = {"url": "url", "contentType": "content_type", "secret": "secret"}
    config: Properties = {names[key]: given[key] for key in names if given.get(key) is not None}
    config["insecure_ssl"] = "1" if given.get("insecureSsl") is True else "0"
    return {"config": config, "events": inputs["events"], "active": inputs["active"]}


def _hook_state(answer: Properties, known: Properties, etag: str) -> Properties:
    config = plain_object(answer["config"])
    configuration: Properties = {
        "url": config["url"],
        "contentType": config.get("content_type", "form"),
        "insecureSsl": str(config.get("insecure_ssl", "0")) == "1",
    }
    if config.get("secret") is not None:
        kept = plain_object(known.get("configuration")).get("secret")
        configuration["secret"] = kept if kept is not None else config["secret"]
    return {
        "repository": known["repository"],
        "configuration": configuration,
        "events": answer["events"],
        "active": answer["active"],
        "url": answer["url"],
        "etag": etag,
    }
