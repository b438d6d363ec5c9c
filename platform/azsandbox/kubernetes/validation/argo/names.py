"""Names, arguments and what a template may refer to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from azsandbox.kubernetes.validation.field import Field, Problems, duplicates

LOCATIONS = (
    "artifactory", "azure", "gcs", "git", "hdfs", "http", "oss", "raw", "s3", "plugin",
)  # fmt: skip
_FIELD_LENGTH = 128
_FIELD = re.compile("[a-zA-Z0-9][-a-zA-Z0-9]*")
_PARAMETER = re.compile("[-a-zA-Z0-9_]+")
_TAG = re.compile(r"\{\{\s*([a-z]+\.[^{}]*?)\s*\}\}")


@dataclass(frozen=True)
class Scope:
    """What the templates of one workflow can refer to."""

    spec: Field
    whole: bool  # a workflow that runs, not a template for others

    @cached_property
    def templates(self) -> dict[str, Field]:
        return {item["name"].text: item for item in self.spec["templates"].items() if item["name"].text}

    @cached_property
    def parameters(self) -> set[str]:
        return {item["name"].text for item in self.spec["arguments"]["parameters"].items()}


def field_name(value: str) -> Iterator[str]:
    if len(value) > _FIELD_LENGTH:
        yield f"must be no more than {_FIELD_LENGTH} characters"
    if not _FIELD.fullmatch(value):
        yield (
            "name must consist of alpha-numeric characters or '-', and must start with an "
            "alpha-numeric character "
            "(e.g. My-name1-2, 123-NAME)"
        )


def parameter_name(value: str) -> Iterator[str]:
    if not _PARAMETER.fullmatch(value):
        yield (
            "Parameter/Artifact name must consist of alpha-numeric characters, '_' or '-' e.g. "
            "my_param_1, MY-PARAM-1"
        )


def named(items: Field, *, templates: bool = False) -> Problems:
    """Every element has a valid name of its own; parameters and artifacts may have underscores."""
    for item in items.items():
        if isinstance(item.value, dict):
            yield from item["name"].named(field_name if templates else parameter_name)
    for name in duplicates(item["name"] for item in items.items()):
        yield name.duplicate()


def argument_values(arguments: Field, *, required: bool) -> Problems:
    """Arguments with their values; a template for others may leave values to its user."""
    for group in ("parameters", "artifacts"):
        yield from named(arguments[group])
    if required:
        yield from _located(arguments["artifacts"])
    for parameter in arguments["parameters"].items():
        value, source, options = parameter["value"], parameter["valueFrom"], parameter["enum"]
        if required and isinstance(parameter.value, dict) and not value.present and not source.present:
            yield value.required("value or valueFrom is required")
        if (
            isinstance(source.value, dict)
            and not {"configMapKeyRef", "event", "supplied"} & source.value.keys()
        ):
            yield source.invalid("only allows: default, configMapKeyRef and supplied")
        if options.present and options.count == 0 and not options.unknown:
            yield options.invalid("should contain at least one value", [])
        elif required and options.count and not value.present:
            yield value.required("value is required")
        elif options.count and value.present and not value.unknown:
            known = {str(item.value) for item in options.items()}
            if str(value.value) not in known and "{{" not in str(value.value):
                yield value.unsupported(sorted(known))


def _located(artifacts: Field) -> Problems:
    for artifact in artifacts.items():
        sources = ("from", "fromExpression", *LOCATIONS)
        if isinstance(artifact.value, dict) and all(artifact[name].empty for name in sources):
            yield artifact.required("from, artifact location, or key is required")


def tags(field: Field) -> set[str]:
    """The variables in the texts of a value, such as `inputs.parameters.name`."""
    return set(_TAG.findall(json.dumps(field.value, default=str)))
