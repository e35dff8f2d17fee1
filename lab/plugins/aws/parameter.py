"""aws:ssm/parameter:Parameter."""

from collections.abc import Mapping

from lab.plugins.aws.store import Ssm, told
from lab.plugins.core.model import Call, Failure
from lab.plugins.core.naming import generated
from lab.plugins.core.properties import Property
from lab.plugins.core.schema import SchemaResource
from lab.plugins.core.values import Properties, plain, plain_object

_TIERS = ("Standard", "Advanced", "Intelligent-Tiering")
_TYPES = ("String", "StringList", "SecureString")


class Parameter(SchemaResource):
    """One parameter; its identifier is its name.

    Args:
        ssm: The Parameter Store.
    """

    properties: Mapping[str, Property] = {
        "name": Property(force_new=True),
        "type": Property(required=True),
        "value": Property(secret=True),
        "insecureValue": Property(),
        "description": Property(),
        "tier": Property(default="Standard"),
        "keyId": Property(computed=True),
        "dataType": Property(computed=True),
        "allowedPattern": Property(),
        "overwrite": Property("boolean"),
        "region": Property(force_new=True, computed=True),
        "tags": Property("map"),
    }
    outputs: Mapping[str, Property] = {
        "arn": Property(),
        "hasValueWo": Property("boolean"),
        "tagsAll": Property("map"),
        "version": Property("integer"),
    }

    def __init__(self, ssm: Ssm) -> None:
        """Keeps parameters in that store."""
        self._ssm = ssm

    def check(
        self, call: Call, olds: Properties, news: Properties
    ) -> tuple[Properties, list[Failure]]:
        """Checks also the enumerations and that there is exactly one value."""
        inputs, failures = super().check(call, olds, news)
        if inputs.get("name") is None:
            inputs["name"] = olds.get("name") or generated(call, 7)
        for name, allowed in (("type", _TYPES), ("tier", _TIERS)):
            value = plain(inputs.get(name))
            if isinstance(value, str) and value not in allowed:
                reason = f"expected {name} to be one of {list(allowed)}, got {value}"
                failures.append(Failure(name, reason))
        if (inputs.get("value") is None) == (inputs.get("insecureValue") is None):
            reason = "exactly one of `insecureValue,value` must be specified"
            failures.append(Failure("value", reason))
        return inputs, failures

    def computed_by(self, changed: set[str]) -> set[str]:
        """A new value makes a new version, as upstream's CustomizeDiff says."""
        return {"version"} if changed & {"value", "insecureValue"} else set()

    def make(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        """Puts the parameter; one that exists already is refused unless `overwrite` is set."""
        name, overwrite = str(inputs["name"]), inputs.get("overwrite") is True
        tags = {**self._ssm.default_tags(), **plain_object(inputs.get("tags"))}
        self._put(f"creating SSM Parameter ({name})", inputs, overwrite, {} if overwrite else tags)
        if overwrite:
            self._retag(name, {}, tags)
        return self.written(call, name, inputs)

    def fetch(
        self, call: Call, identifier: str, state: Properties
    ) -> tuple[str, Properties] | None:
        """Reads the parameter, decrypted."""
        client = self._ssm.client()
        try:
            return identifier, self._state(identifier, state)
        except client.exceptions.ParameterNotFound:
            return None

    def change(
        self, call: Call, identifier: str, state: Properties, inputs: Properties
    ) -> Properties:
        """Overwrites the parameter, unless only its tags change."""
        paths = self.diff(state, state, inputs).paths
        if {path[0] for path in paths} - {"tags", "overwrite"}:
            self._put(f"updating SSM Parameter ({identifier})", inputs, True, {})
        tags = {**self._ssm.default_tags(), **plain_object(inputs.get("tags"))}
        self._retag(identifier, plain_object(state.get("tagsAll")), tags)
        return self.written(call, identifier, inputs)[1]

    def delete(self, call: Call, identifier: str, state: Properties) -> None:
        """Deletes the parameter."""
        client = self._ssm.client()
        try:
            client.delete_parameter(Name=identifier)
        except client.exceptions.ParameterNotFound:
            return
        except Exception as error:
            raise told(f"deleting SSM Parameter ({identifier})", error) from None

    def _put(self, doing: str, inputs: Properties, overwrite: bool, tags: Properties) -> None:
        value = inputs.get("value")
        request: dict[str, object] = {
            "Name": inputs["name"],
            "Type": inputs["type"],
            "Value": value if value is not None else inputs["insecureValue"],
            "Overwrite": overwrite,
            "Tier": inputs.get("tier"),
            "Description": inputs.get("description"),
            "AllowedPattern": inputs.get("allowedPattern"),
            "DataType": inputs.get("dataType"),
            "KeyId": inputs.get("keyId") if inputs["type"] == "SecureString" else None,
        }
        request["Tags"] = [*_listed(tags)] or None
        given = {name: value for name, value in request.items() if value is not None}
        try:
            self._ssm.client().put_parameter(**given)  # type: ignore[arg-type]
        except Exception as error:
            raise told(doing, error) from None

    def _retag(self, name: str, olds: Properties, news: Properties) -> None:
        client = self._ssm.client()
        gone = sorted(olds.keys() - news.keys())
        try:
            if gone:
                client.remove_tags_from_resource(
                    ResourceType="Parameter", ResourceId=name, TagKeys=gone
                )
            if news and news != olds:
                client.add_tags_to_resource(
                    ResourceType="Parameter",
                    ResourceId=name,
                    Tags=_listed(news),  # type: ignore[arg-type]
                )
        except Exception as error:
            raise told(f"updating tags for SSM Parameter ({name})", error) from None

    def _state(self, name: str, known: Properties) -> Properties:
        client = self._ssm.client()
        try:
            found = client.get_parameter(Name=name, WithDecryption=True)["Parameter"]
            filters = [{"Key": "Name", "Option": "Equals", "Values": [name]}]
            described = client.describe_parameters(ParameterFilters=filters)["Parameters"]  # type: ignore[arg-type]
            listed = client.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)
        except client.exceptions.ParameterNotFound:
            raise
        except Exception as error:
            raise told(f"reading SSM Parameter ({name})", error) from None
        detail = described[0] if described else {}
        all_tags: Properties = {tag["Key"]: tag["Value"] for tag in listed.get("TagList", [])}
        defaults = self._ssm.default_tags()
        tags: Properties = {
            key: value
            for key, value in all_tags.items()
            if defaults.get(key) != value or key in plain_object(known.get("tags"))
        }
        insecure = known.get("insecureValue") is not None and found["Type"] != "SecureString"
        state: Properties = {
            "name": found["Name"],
            "type": found["Type"],
            "insecureValue" if insecure else "value": found["Value"],
            "version": found["Version"],
            "arn": found["ARN"],
            "dataType": found.get("DataType", "text"),
            "tier": detail.get("Tier") or "Standard",
            "region": self._ssm.region(),
            "hasValueWo": False,
            "tagsAll": all_tags,
        }
        optional = {
            "tags": tags or None,
            "description": detail.get("Description") or None,
            "allowedPattern": detail.get("AllowedPattern") or None,
            "keyId": detail.get("KeyId") or None,
            "overwrite": known.get("overwrite"),
        }
        state.update({key: value for key, value in optional.items() if value is not None})
        return state


def _listed(tags: Properties) -> list[dict[str, str]]:
    return [{"Key": key, "Value": str(value)} for key, value in sorted(tags.items())]
