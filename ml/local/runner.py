"""Runs any pipeline on this machine: each step in its own process with its exact command, once per key.

```
OUT/run.json                      the latest run
OUT/steps/<step>/<key>/<port>     outputs of a step, with record.json beside them
OUT/logs/<step>-<key>.log         what the step printed
OUT/assets/<name>/<version>.json  where a version of a data set is, and what it comes from
```

The key is the hash of all that a step depends on: its command and parameters, the content of its inputs,
its code (`ml.code`), the installed packages. A step whose key has a record is taken as it is. The
folder of a key is renamed into place when the step has ended well, so a run that is killed leaves finished
steps and nothing else.

What a step reads or writes besides its ports is no part of that. Such a step is `volatile`; see
`ml.local.contract.Outside`.
"""

from __future__ import annotations

import datetime as dt
import shutil
import time
from argparse import ArgumentTypeError
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ml.code import packages
from ml.errors import InputError, MLError
from ml.local import assets, keys, process
from ml.local.contract import Event, Given, OnEvent, Outside, Settings
from ml.local.failures import explain
from ml.local.lock import locked
from ml.local.records import Parts, RunRecord, State, StepRecord, StepRun
from ml.spec import Node, Pipeline, Scalar, Step
from ml.store.atomic import is_full, whole_folder
from ml.store.lineage import content_hash


def run(
    pipeline: Pipeline,
    out: Path,
    values: Mapping[str, Scalar] | None = None,
    *,
    inputs: Mapping[str, Given] | None = None,
    outside: Outside | None = None,
    settings: Settings = lambda _: {},
    on_event: OnEvent = lambda _: None,
) -> RunRecord:
    """Runs the steps in order, those that are not unchanged, and writes `run.json`.

    Args:
        pipeline: what to run.
        out: the run's folder; made if need be, and used by one run at a time.
        values: parameters by name; those left out take their defaults.
        inputs: what `pipeline.<name>` stands for; optional ones may be left out.
        outside: what is known of the world outside the ports.
        settings: environment variables for the step of that name, over this process's own; asked for when the
            step is about to run.
        on_event: told about each step as it goes.

    Raises:
        InputError: a value is not allowed, an input is missing, or another run is at work in `out`.
        MLError: a step failed; it carries the step's own message and the exit code of its kind.
    """
    out = out.resolve()
    params = _params(pipeline, values or {})
    try:
        out.mkdir(parents=True, exist_ok=True)
        with locked(out):
            job = _Run(pipeline, out, params, outside or Outside(), settings, on_event)
            return job.to_the_end(inputs or {})
    except OSError as error:
        if is_full(error):
            raise MLError(f"no space left on the disk of {out}", "free some space, then run again") from error
        raise InputError(f"cannot write {out}: {error.strerror}", "choose another folder") from error


def _params(pipeline: Pipeline, values: Mapping[str, Scalar]) -> dict[str, Scalar]:
    known = pipeline.params
    if unknown := sorted(values.keys() - known.keys()):
        raise InputError(f"there is no parameter {unknown[0]}", f"there are: {', '.join(known)}")
    given = {name: p.default for name, p in known.items() if p.default is not None}
    for name, value in values.items():
        try:
            given[name] = known[name].parse(str(value))
        except ArgumentTypeError as error:
            raise InputError(f"{name}: {error}") from None
    return given


@dataclass
class _Run:
    """One run: what has been made so far, and how each step went."""

    pipeline: Pipeline
    out: Path
    params: dict[str, Scalar]
    outside: Outside
    settings: Settings
    on_event: OnEvent
    made: dict[str, Given] = field(default_factory=dict[str, Given])
    """What inputs can come from: `pipeline.<name>`, then `<step>.<port>` as the steps end."""
    steps: list[StepRun] = field(default_factory=list[StepRun])

    def to_the_end(self, inputs: Mapping[str, Given]) -> RunRecord:
        started, clock = dt.datetime.now(dt.UTC), time.perf_counter()
        self.made = {f"pipeline.{name}": value for name, value in inputs.items()}
        state: Literal["complete", "failed", "stopped"] = "stopped"
        error: str | None = None
        try:
            _sweep(self.out)
            for node in self.pipeline.nodes:
                self.take(node)
            state = "complete"
        except MLError as failure:
            state, error = "failed", str(failure)
            raise
        finally:
            seen = {s.step for s in self.steps}
            names = [node.step.name for node in self.pipeline.nodes]
            record = RunRecord(
                pipeline=self.pipeline.name,
                state=state,
                error=error,
                started_at=started,
                seconds=round(time.perf_counter() - clock, 3),
                params=self.params,
                steps=(*self.steps, *(StepRun(step=n, state="not run") for n in names if n not in seen)),
            )
            record.write(self.out)
        return record

    def take(self, node: Node) -> None:
        """Takes the step's outputs from an earlier run, or makes them."""
        step, given = node.step, self._inputs(node)
        params = {p.name: self.params[p.name] for p in step.params if p.name in self.params}
        source = self.outside.sources.get(step.name)
        parts = keys.parts(step, params, {port: g.hash for port, g in given.items()}, source)
        earlier = list(_records(self.out / "steps" / step.name))
        record = self._usable(step, given, parts, earlier)
        why = "" if record else keys.why(parts, [r.parts for r in earlier])
        record, state = (record, "unchanged") if record else (self._make(step, given, parts, why), "done")
        self._note(step, record, state, why)

    def _inputs(self, node: Node) -> dict[str, Given]:
        wired = {port.name: node.inputs[port.name] for port in node.step.inputs}
        for port in node.step.inputs:
            if not port.optional and wired[port.name] not in self.made:
                raise InputError(f"the step {node.step.name} needs {wired[port.name]}", "hand it in")
        return {port: self.made[source] for port, source in wired.items() if source in self.made}

    def _usable(
        self, step: Step, given: Mapping[str, Given], parts: Parts, earlier: list[StepRecord]
    ) -> StepRecord | None:
        """The record that makes running the step unnecessary."""
        effect = self.outside.effects.get(step.name)
        if step.volatile and effect is None and step.name not in self.outside.sources:
            return None
        for record in sorted(earlier, key=lambda r: r.parts != parts):
            own = [port for port, g in given.items() if g.made_from in record.outputs.values()]
            if (
                not keys.differing(parts, record.parts, apart_from=own)
                and (effect is None or record.effect == effect())
                and record.is_intact(self._folder(record))
            ):
                return record
        return None

    def _make(self, step: Step, given: Mapping[str, Given], parts: Parts, why: str) -> StepRecord:
        """Runs the step's process and puts its outputs and its record in place, together."""
        clock = time.perf_counter()
        self.on_event(Event(step=step.name, line=why))
        folder = self.out / "steps" / step.name / keys.key(parts)
        log = self.out / "logs" / f"{step.name}-{folder.name}.log"
        log.parent.mkdir(exist_ok=True)
        try:
            with whole_folder(folder) as part:
                self._execute(step, given, part, log)
                effect = self.outside.effects.get(step.name)
                record = StepRecord(
                    step=step.name,
                    key=folder.name,
                    parts=parts,
                    command=tuple(self._command(step, given, folder)),
                    inputs={port: g.hash for port, g in given.items()},
                    outputs={port.name: content_hash(part / port.name) for port in step.outputs},
                    effect=effect() if effect else None,
                    seconds=round(time.perf_counter() - clock, 3),
                    finished_at=dt.datetime.now(dt.UTC),
                    versions=packages(),
                    log=log.relative_to(self.out).as_posix(),
                )
                record.write(part)
        except BaseException as error:
            seconds = round(time.perf_counter() - clock, 3)
            state: State = "failed" if isinstance(error, Exception) else "stopped"
            self.steps.append(StepRun(step=step.name, state=state, why=str(error), seconds=seconds))
            self.on_event(Event(step=step.name, state=state, seconds=seconds))
            raise
        return record

    def _execute(self, step: Step, given: Mapping[str, Given], part: Path, log: Path) -> None:
        clock = time.perf_counter()

        def show(line: str) -> None:
            self.on_event(Event(step=step.name, seconds=time.perf_counter() - clock, line=line))

        scratch = part / ".scratch"
        scratch.mkdir()
        command = self._command(step, given, part)
        env = process.environment(self.settings(step.name))
        code = process.execute(command, out=self.out, cwd=scratch, log=log, env=env, on_line=show)
        if code:
            raise explain(step, code, log)
        shutil.rmtree(scratch)
        for port in step.outputs:
            if not (part / port.name).exists():
                raise MLError(
                    f"the step {step.name} ended well without its output {port.name}", f"its log: {log}"
                )

    def _command(self, step: Step, given: Mapping[str, Given], place: Path) -> list[str]:
        params = {p.name: self.params[p.name] for p in step.params if p.name in self.params}
        return step.command(
            {name: _text(value) for name, value in params.items()}
            | {port: str(g.path) for port, g in given.items()}
            | {port.name: str(place / port.name) for port in step.outputs}
        )

    def _note(self, step: Step, record: StepRecord, state: State, why: str) -> None:
        folder = self._folder(record)
        assets.register(self.out, step, folder, record)
        outputs = {port: folder / port for port in record.outputs}
        for port, path in outputs.items():
            self.made[f"{step.name}.{port}"] = Given(path=path, hash=record.outputs[port])
        seconds = record.seconds if state == "done" else 0.0
        places = {port: path.relative_to(self.out).as_posix() for port, path in outputs.items()}
        self.steps.append(
            StepRun(
                step=step.name,
                state=state,
                why=why,
                seconds=seconds,
                key=record.key,
                outputs=places,
                log=record.log,
            )
        )
        self.on_event(Event(step=step.name, state=state, seconds=seconds, outputs=outputs))

    def _folder(self, record: StepRecord) -> Path:
        return self.out / "steps" / record.step / record.key


def _sweep(out: Path) -> None:
    """Removes what a killed run was at; nobody else is at work here, as we hold the lock."""
    for part in (out / "steps").glob("*/.*.part"):
        shutil.rmtree(part, ignore_errors=True)


def _records(folder: Path) -> Iterator[StepRecord]:
    """The records of a step, newest first."""
    found = [r for path in folder.glob("*/") if (r := StepRecord.read(path)) and r.key == path.name]
    yield from sorted(found, key=lambda r: r.finished_at, reverse=True)


def _text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
