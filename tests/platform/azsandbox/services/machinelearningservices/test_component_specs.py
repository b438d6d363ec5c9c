"""Specifications of components, against the schemas of the installed SDK."""

from __future__ import annotations

import importlib

import pytest

from azsandbox.services.machinelearningservices.rules import ports
from azsandbox.services.machinelearningservices.rules.component_specs import KEYS

SCHEMAS = {
    "command": "component.command_component.CommandComponentSchema",
    "parallel": "component.parallel_component.ParallelComponentSchema",
    "pipeline": "pipeline.pipeline_component.PipelineComponentSchema",
    "spark": "component.spark_component.SparkComponentSchema",
}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_property_of_the_sdks_schema_is_known(kind: str) -> None:
    module, _, name = SCHEMAS[kind].rpartition(".")
    schema = getattr(importlib.import_module(f"azure.ai.ml._schema.{module}"), name)
    fields = schema._declared_fields
    names = {field.data_key or name for name, field in fields.items()}
    if kind == "spark":  # the SDK flattens `conf` and resources of a node
        names -= {name for name in names if name.startswith(("driver_", "executor_", "dynamic_allocation_"))}

    assert names - KEYS[kind] <= {"limits", "identity", "services"}


def test_the_types_and_modes_of_ports_are_those_of_the_sdk() -> None:
    schemas = importlib.import_module("azure.ai.ml._schema.component.input_output")

    assert set(schemas.SUPPORTED_PORT_TYPES) == ports.DATA
    assert set(schemas.SUPPORTED_PARAM_TYPES) == ports.LITERALS - {"enum"}
    assert set(schemas.SUPPORTED_INPUT_OUTPUT_MODES) == ports.MODES
