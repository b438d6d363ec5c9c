"""The OpenAPI documents of the endpoint, made of the contract's models.

The inference server reads them from files beside the scoring script: `python -m ml.serving.openapi` writes
those anew after the contract has changed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from ml.serving.contract import ErrorResponse, Response, Row, Rows, RowsRequest, Split, SplitRequest

Version = Literal["3.0.3", "3.1.0"]

FOLDER = Path(__file__).parent
FILES: dict[str, Version] = {
    "swagger.json": "3.0.3",  # what the server answers if no version is asked for
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
    """The OpenAPI document in that version: 3.0 for the tools of the day, 3.1 as pydantic writes it."""
    models = (Row, RowsRequest, Split, SplitRequest, Response, ErrorResponse)
    mode: JsonSchemaMode = "validation"
    _, defined = models_json_schema([(model, mode) for model in models], ref_template=_REF)
    schemas = defined["$defs"]
    for schema in schemas.values():
        for field in schema["properties"].values():
            field.pop("title", None)  # pydantic's guess at a field's name in prose ("Storeid")
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
        text = json.dumps(document(version), indent=2, ensure_ascii=False)
        (folder / name).write_text(f"{text}\n", encoding="utf-8")


def _answer(description: str, model: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model=model)}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _to_30(schema: Any) -> Any:
    """The same schema in the dialect of OpenAPI 3.0, which has `nullable` for null and one `example`."""
    if isinstance(schema, list):
        return [_to_30(one) for one in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    found: dict[str, Any] = {key: _to_30(value) for key, value in cast("dict[str, Any]", schema).items()}
    if isinstance(found.get("examples"), list):
        found["example"] = found.pop("examples")[0]
    options = cast("list[dict[str, Any]]", found.get("anyOf", []))
    rest = [one for one in options if one.get("type") != "null"]
    if len(rest) < len(options):
        del found["anyOf"]
        # 3.0 heeds `nullable` only beside a `type`, and wants null named in an `enum` as well.
        rest = [{**one, "nullable": True} for one in rest]
        rest = [{**one, "enum": [*one["enum"], None]} if "enum" in one else one for one in rest]
        found |= rest[0] if len(rest) == 1 else {"anyOf": rest}
    return found


if __name__ == "__main__":
    write(FOLDER)
