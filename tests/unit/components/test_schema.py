"""The schema that Pulumi derives from the components, so that programs in other languages can use them."""

import inspect
from collections.abc import Iterator

import pulumi
import pytest
from pulumi.provider.experimental.analyzer import Analyzer, AnalyzeResult, PropertyDefinition

import components

PUBLIC = [getattr(components, name) for name in components.__all__]
CLASSES = [
    each for each in PUBLIC if inspect.isclass(each) and issubclass(each, pulumi.ComponentResource)
]


@pytest.fixture(scope="module")
def schema() -> AnalyzeResult:
    """Of all components together, as the provider of a package has it."""
    return Analyzer("fluxhook").analyze(CLASSES)


def properties(schema: AnalyzeResult) -> Iterator[tuple[str, PropertyDefinition]]:
    """Every input and output of a component and every field of a type, with its path."""
    for name, component in schema["component_definitions"].items():
        for key, each in component.inputs.items():
            yield f"{name}.inputs.{key}", each
        for key, each in component.outputs.items():
            yield f"{name}.outputs.{key}", each
    for name, group in schema["type_definitions"].items():
        for key, each in group.properties.items():
            yield f"{name}.{key}", each


def takes_anything(each: PropertyDefinition) -> bool:
    inner = [part for part in (each.items, each.additional_properties) if part]
    return each.ref == "pulumi.json#/Any" or any(map(takes_anything, inner))


def test_all_components_together_have_a_schema(schema: AnalyzeResult) -> None:
    assert sorted(schema["component_definitions"]) == sorted(each.__name__ for each in CLASSES)
    assert len(schema["component_definitions"]) == 9


def test_every_component_and_every_type_of_an_input_is_described(schema: AnalyzeResult) -> None:
    told = {name: each.description for name, each in schema["component_definitions"].items()}
    told |= {name: each.description for name, each in schema["type_definitions"].items()}
    assert len(told) > 30
    assert [name for name, description in told.items() if not description] == []


def test_every_input_and_output_is_described(schema: AnalyzeResult) -> None:
    found = list(properties(schema))
    assert len(found) > 150
    assert [path for path, each in found if not each.description] == []


def test_only_what_is_passed_on_as_it_stands_may_be_anything(schema: AnalyzeResult) -> None:
    assert {path for path, each in properties(schema) if takes_anything(each)} == {
        "HelmReleaseArgs.values",
        "HelmReleaseArgs.postRenderers",
        "HelmReleaseArgs.spec",
        "KustomizationArgs.spec",
    }


def test_every_type_of_an_input_that_a_program_names_is_public(schema: AnalyzeResult) -> None:
    words = {name for name, each in schema["type_definitions"].items() if each.enum}
    assert words == {each.__name__ for each in PUBLIC if hasattr(each, "__members__")}
