"""The description of a step. Its command line, parser, Azure ML component and local run come from it."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

PortType = Literal["uri_file", "uri_folder", "mltable", "mlflow_model"]
Scalar = str | int | float | bool


@dataclass(frozen=True, kw_only=True)
class Port:
    """An input or output of a step: a path, in Azure ML's vocabulary of types."""

    name: str
    type: PortType
    description: str
    optional: bool = False
    asset: str | None = None
    """An output with this is registered as a version of the data asset of that name."""


@dataclass(frozen=True, kw_only=True)
class Param:
    """A literal a step takes. `default=None` makes it optional: the flag is left out."""

    name: str
    kind: type[Scalar]
    description: str
    default: Scalar | None = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    def parse(self, text: str) -> Scalar:
        """The value that `text` stands for.

        Raises:
            argparse.ArgumentTypeError: the text is not of this kind or out of bounds; the message says which.
        """
        try:
            value = _BOOL[text.lower()] if self.kind is bool else self.kind(text)
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError  # noqa: TRY301 - nan passes every bound
        except (ValueError, KeyError):
            raise argparse.ArgumentTypeError(f"{text!r} is not {_KINDS[self.kind]}") from None
        if self.choices and value not in self.choices:
            raise argparse.ArgumentTypeError(f"{text!r} is not one of: {', '.join(self.choices)}")
        if not isinstance(value, str):
            if self.minimum is not None and value < self.minimum:
                raise argparse.ArgumentTypeError(f"{text} is less than {self.minimum:g}")
            if self.maximum is not None and value > self.maximum:
                raise argparse.ArgumentTypeError(f"{text} is more than {self.maximum:g}")
        return value


_BOOL = {"true": True, "false": False}
_KINDS: dict[type[Scalar], str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the pipeline: a module run as `python -m <module> --<port or param> <value> ...`."""

    name: str
    module: str
    description: str
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    params: tuple[Param, ...] = ()
    volatile: bool = False
    """It depends on state outside its inputs (a warehouse, a registry), so its outputs may differ."""

    def arguments(self) -> list[tuple[str, str, bool]]:
        """Flag, Azure ML placeholder and whether it may be left out, in the order of the command line."""
        return [
            *((_flag(p.name), f"${{{{inputs.{p.name}}}}}", p.optional) for p in self.inputs),
            *((_flag(p.name), f"${{{{inputs.{p.name}}}}}", p.default is None) for p in self.params),
            *((_flag(p.name), f"${{{{outputs.{p.name}}}}}", False) for p in self.outputs),
        ]

    def template(self) -> str:
        """The command of the Azure ML component, which drops `$[[...]]` if the input in it is not set."""
        text = {_flag(p.name) for p in self.params if p.kind is str}  # quoted: it may hold spaces (a query)
        pairs = [(f'{f} "{p}"' if f in text else f"{f} {p}", optional) for f, p, optional in self.arguments()]
        return " ".join(["python", "-m", self.module, *(f"$[[{p}]]" if o else p for p, o in pairs)])

    def command(self, values: Mapping[str, str]) -> list[str]:
        """`template()` with its placeholders filled, as an argument vector.

        Args:
            values: by name of port or parameter; optional ones may be absent.

        Raises:
            KeyError: a value that is not optional is missing.
        """
        argv = ["python", "-m", self.module]
        for flag, placeholder, optional in self.arguments():
            name = placeholder[3:-2].split(".")[1]
            if name in values:
                argv += [flag, values[name]]
            elif not optional:
                raise KeyError(name)
        return argv

    def parser(self) -> argparse.ArgumentParser:
        """The parser of exactly those flags; ports parse to `Path`-able text, parameters to their kind."""
        parser = argparse.ArgumentParser(prog=f"python -m {self.module}", description=self.description)
        for port in (*self.inputs, *self.outputs):
            parser.add_argument(_flag(port.name), required=not port.optional, help=port.description)
        for param in self.params:
            parser.add_argument(
                _flag(param.name), type=param.parse, default=param.default, help=param.description
            )
        return parser


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


@dataclass(frozen=True, kw_only=True)
class Node:
    """A step in a pipeline, and where each of its inputs comes from.

    `inputs` maps a port to `"<step>.<output>"`, or to `"pipeline.<name>"` for an input of the pipeline.
    """

    step: Step
    inputs: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """Steps wired by name. A parameter that several steps share is one parameter of the pipeline."""

    name: str
    description: str
    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        seen: dict[str, Port] = {}
        for node in self.nodes:
            for port in node.step.inputs:
                source = node.inputs.get(port.name)
                if source is None or (not source.startswith("pipeline.") and source not in seen):
                    raise ValueError(f"{node.step.name}.{port.name}: no earlier step provides {source!r}")
            seen |= {f"{node.step.name}.{port.name}": port for port in node.step.outputs}
        _ = self.params

    @property
    def params(self) -> dict[str, Param]:
        """Parameters of all steps by name.

        Raises:
            ValueError: two steps describe one name differently.
        """
        params: dict[str, Param] = {}
        for node in self.nodes:
            for param in node.step.params:
                if params.setdefault(param.name, param) != param:
                    raise ValueError(f"{node.step.name}.{param.name}: another step describes it differently")
        return params

    def step(self, name: str) -> Step:
        """The step of that name; `KeyError` if there is none."""
        return {node.step.name: node.step for node in self.nodes}[name]
