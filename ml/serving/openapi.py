"""The OpenAPI documents of the endpoint, generated from the models of the contract.

The inference server reads them from files beside the scoring script: run `python -m
ml.serving.openapi` after a change of the contract to write them again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, cast

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from ml.serving.contract import ErrorResponse, Response, Row, Rows, RowsRequest, Split, SplitRequest
from ml.store.documents import write_json

Version = Literal["3.0.3", "3.1.0"]

FOLDER = Path(__file__).parent
FILES: dict[str, Version] = {
    "swagger.json": "3.0.3",  # served if no version is asked for
    "swagger3.json": "3.0.3",
    "swagger3.1.json": "3.1.0",
}

_REF = "#/components/schemas/{model}"
_EXAMPLE = {
    "rows": [{"StoreID": "S001", "Month": "2026-12"}, {"StoreID": "S002", "Month": "2026-12", "Price": 3.5}]
}
_REFUSALS = {
    "400": "The request is not JSON, or no list of rows.",
    "405": "Only POST scores.",
    "413": "The request is too large; send fewer rows at a time.",
    "422": "Some rows are bad: `error.rows` names each with its field and the reason.",
}


def document(version: Version) -> dict[str, Any]:
    """The OpenAPI document in that version: 3.1 as pydantic writes it, 3.0 for tools that do not know 3.1."""
    models = (Row, RowsRequest, Split, SplitRequest, Response, ErrorResponse)
    mode: JsonSchemaMode = "validation"
    _, defined = models_json_schema([(model, mode) for model in models], ref_template=_REF)
    schemas = defined["$defs"]
    for schema in schemas.values():
        for field in schema["properties"].values():
            field.pop("title", None)  # pydantic's title of a field ("Storeid") adds nothing
    rows = TypeAdapter(Rows).json_schema(ref_template=_REF)
    del rows["$defs"]
    request = {
        "anyOf": [
            {"$ref": _REF.format(model="RowsRequest")},
            {**rows, "title": "Rows"},
            {"$ref": _REF.format(model="SplitRequest")},
        ]
    }
    body: dict[str, Any] = {"schemas": schemas, "request": request}
    if version == "3.0.3":
        body = _to_30(body)
    return {
        "openapi": version,
        "info": {
            "title": "Monthly demand",
            "version": "1",
            "description": "Quantity sold by store and month, with an interval.",
        },
        "paths": {
            "/score": {
                "post": {
                    "operationId": "score",
                    "summary": "Forecasts rows of store and month.",
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": body["request"], "example": _EXAMPLE}},
                    },
                    "responses": {
                        "200": _answer("The forecasts, in the order of the rows.", "Response"),
                        **{status: _answer(text, "ErrorResponse") for status, text in _REFUSALS.items()},
                    },
                }
            }
        },
        "components": {"schemas": body["schemas"]},
    }


def write(folder: Path) -> None:
    """Writes every document into `folder`."""
    for name, version in FILES.items():
        write_json(folder / name, document(version))


def _answer(description: str, model: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model=model)}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _to_30(schema: Any) -> Any:
    """The same schema for OpenAPI 3.0, which has `nullable` instead of null and a single `example`."""
    if isinstance(schema, list):
        return [_to_30(item) for item in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    converted: dict[str, Any] = {key: _to_30(value) for key, value in cast("dict[str, Any]", schema).items()}
    if isinstance(converted.get("examples"), list):
        converted["example"] = converted.pop("examples")[0]
    options = cast("list[dict[str, Any]]", converted.get("anyOf", []))
    rest = [option for option in options if option.get("type") != "null"]
    if len(rest) < len(options):
        del converted["anyOf"]
        # 3.0 heeds `nullable` only beside a `type`, and wants null named in an `enum` as well.
        rest = [{**option, "nullable": True} for option in rest]
        rest = [
            {**option, "enum": [*option["enum"], None]} if "enum" in option else option for option in rest
        ]
        converted |= rest[0] if len(rest) == 1 else {"anyOf": rest}
    return converted


if __name__ == "__main__":
    write(FOLDER)
