"""The JSON Schema of a stack file, for editors: keys, types, words and bounds, made from the models.

What no schema can say, such as whether a text is a DNS name or which keys belong together, the program still checks.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from settings.models.application import Application
from settings.models.settings import PROJECT
from settings.models.stack import Stack

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DEFINITIONS = "#/$defs/{model}"
ENCRYPTED: Mapping[str, object] = {
    "type": "object",
    "description": "an encrypted value; `pulumi config set --secret` writes it",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}
"""What Pulumi writes in place of a secret."""
OF_PULUMI: Mapping[str, object] = {
    "secretsprovider": {"type": "string", "description": "what encrypts the stack's secrets"},
    "encryptedkey": {"type": "string", "description": "the stack's data key, encrypted"},
    "encryptionsalt": {"type": "string", "description": "of a stack with a passphrase"},
    "environment": {"description": "environments of Pulumi ESC"},
}
"""Keys of a stack file that are Pulumi's own.

Source: https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/
"""


class _InFile(GenerateJsonSchema):
    """Describes values as the file has them: a secret is encrypted, and `null` is no value."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        described = super().default_schema(schema)
        # The default of a group is that of its keys, and nothing is the default of the rest.
        if not isinstance(described.get("default"), (str, int)):
            described.pop("default", None)
        return described

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def stack_file_schema() -> dict[str, Any]:
    """Return the JSON Schema of `Pulumi.<stack>.yaml`."""
    _, described = TypeAdapter.json_schemas(
        [(each, "validation", TypeAdapter(each)) for each in (Stack, Application)],
        schema_generator=_InFile,
        ref_template=DEFINITIONS,
    )
    definitions = _encrypted(described["$defs"])
    stack, application = definitions.pop("Stack"), definitions["Application"]
    # An entry has the repository's name unless it says another.
    application["required"] = ["repository"]
    keys = {f"{PROJECT}:{name}": schema for name, schema in stack["properties"].items()}
    entries = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Application"}}
    keys[f"{PROJECT}:applications"] = {**entries, "description": "the repositories to deliver"}
    return {
        "$schema": DIALECT,
        "title": f"Stack file of {PROJECT}",
        "type": "object",
        "properties": {
            **OF_PULUMI,
            "config": {
                "type": "object",
                "description": "the stack's configuration",
                "properties": keys,
                "required": [f"{PROJECT}:{name}" for name in stack["required"]],
                # Configuration of providers, such as aws:region, is not ours to describe.
                "patternProperties": {f"^(?!{PROJECT}:)": {}},
                "additionalProperties": False,
            },
        },
        "required": ["config"],
        "additionalProperties": False,
        "$defs": {"Encrypted": dict(ENCRYPTED), **definitions},
    }


def _encrypted(schema: Any) -> Any:
    """Return a schema in which every secret is encrypted."""
    if isinstance(schema, list):
        return [_encrypted(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "password":
        described = {key: schema[key] for key in ("description",) if key in schema}
        return {"$ref": "#/$defs/Encrypted", **described}
    return {key: _encrypted(each) for key, each in schema.items()}
