"""The inputs that a caller gives the local runner, and the events that it gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ml.local.records import State


@dataclass(frozen=True, kw_only=True)
class PipelineInput:
    """An input of the pipeline.

    `made_from` is the content hash of the output from which this input was made. It breaks a cycle: the
    champion that an evaluation reads may be the one that the same evaluation promoted. A step that wrote that
    output and reads this input is not run again if nothing else has changed for it.
    """

    path: Path
    hash: str
    made_from: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExternalState:
    """What the caller knows about the external state that volatile steps read and write, by step.

    A volatile step that is in neither mapping runs every time; the steps after it still run only if its
    output has changed.
    """

    sources: Mapping[str, str] = field(default_factory=dict[str, str])
    """A fingerprint of what the step reads; part of its key."""
    effects: Mapping[str, Callable[[], str]] = field(default_factory=dict[str, Callable[[], str]])
    """Reports the state that the step leaves behind; the step is reused only while it is unchanged."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something to show: a step's state changed, or it is running and logged `line`."""

    step: str
    state: State | None = None
    """`None`: it is running."""
    seconds: float = 0.0
    line: str = ""
    outputs: Mapping[str, Path] = field(default_factory=dict[str, Path])
    """Paths of its outputs, once it is done or unchanged."""


OnEvent = Callable[[Event], None]
Settings = Callable[[str], Mapping[str, str]]
"""Environment variables for a step, by its name."""
