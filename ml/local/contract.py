"""What a caller of the local runner hands in and is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ml.local.records import State


@dataclass(frozen=True, kw_only=True)
class Given:
    """An input of the pipeline.

    `made_from` closes a circle: the champion that goes into an evaluation may be what that same evaluation
    made the champion. It is the content hash of an output. The step that wrote that output, and takes this
    input, stays as it is if this input is all that has changed for it since.
    """

    path: Path
    hash: str
    made_from: str | None = None


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What the caller knows of the world that volatile steps read and write, by step.

    A volatile step that stands in neither runs every time; what comes after it still runs only if its output
    is another than before.
    """

    sources: Mapping[str, str] = field(default_factory=dict[str, str])
    """A fingerprint of what the step reads; part of its key."""
    effects: Mapping[str, Callable[[], str]] = field(default_factory=dict[str, Callable[[], str]])
    """Tells what the step leaves behind. It stays as it is only while the world is as it left it."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something to show: a step's state changed, or it is at work and says `line`."""

    step: str
    state: State | None = None
    """`None`: it is at work."""
    seconds: float = 0.0
    line: str = ""
    outputs: Mapping[str, Path] = field(default_factory=dict[str, Path])
    """Where its outputs are, once it is done or unchanged."""


OnEvent = Callable[[Event], None]
Settings = Callable[[str], Mapping[str, str]]
"""Environment variables for a step, by its name."""
