from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ml.serving import openapi


def walk(node: Any) -> list[dict[str, Any]]:
    """Every object in a JSON value."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [
        *([node] if isinstance(node, dict) else []),
        *(descendant for child in children for descendant in walk(child)),
    ]


@pytest.mark.parametrize("name", openapi.FILES)
def test_the_files_that_the_server_reads_are_made_of_the_contract_as_it_is(name: str) -> None:
    written = json.loads((openapi.FOLDER / name).read_text(encoding="utf-8"))
    assert written == openapi.document(openapi.FILES[name]), "write them anew: python -m ml.serving.openapi"


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_every_reference_leads_to_a_schema(version: openapi.Version) -> None:
    document = openapi.document(version)
    references = {node["$ref"] for node in walk(document) if "$ref" in node}
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references <= known
    assert known - references == set()  # nor is there one that nothing leads to


def test_the_3_1_schemas_are_json_schemas() -> None:
    for schema in openapi.document("3.1.0")["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_the_3_0_document_speaks_the_dialect_of_3_0() -> None:
    nodes = walk(openapi.document("3.0.3"))
    assert not [node for node in nodes if node.get("type") == "null"]
    assert not [node for node in nodes if isinstance(node.get("examples"), list)]
    assert not [node for node in nodes if "const" in node or "$defs" in node]
    nullable = [node for node in nodes if node.get("nullable")]
    assert nullable
    assert all("type" in node for node in nullable)


def test_both_versions_allow_null_in_the_same_fields() -> None:
    def nullable(version: openapi.Version) -> set[tuple[str, str]]:
        schemas = openapi.document(version)["components"]["schemas"]
        return {
            (model, field)
            for model, schema in schemas.items()
            for field, value in schema["properties"].items()
            if value.get("nullable")
            or any(
                option.get("nullable") or option.get("type") == "null" for option in value.get("anyOf", [])
            )
        }

    assert nullable("3.0.3") == nullable("3.1.0")
    assert ("Row", "Price") in nullable("3.0.3")
    assert ("Row", "StoreID") not in nullable("3.0.3")
