"""Runs a pipeline on this machine: each step in its own process with its exact command, once per key.

```
OUT/run.json                      the latest run
OUT/steps/<step>/<key>/<port>     outputs of a step, with record.json beside them
OUT/logs/<step>-<key>.log         output of the step
OUT/assets/<name>/<version>.json  path and origin of a version of a data set
```

The key is the hash of everything that a step depends on: its command and parameters, the content of its
inputs, its code (`ml.code`), the installed packages. A step whose key has a record is not run again. The
folder of a key is renamed to its final path when the step has succeeded, so a run that is killed leaves
finished steps and nothing else.

The key does not cover what a step reads or writes besides its ports. Such a step is `volatile`; see
`ml.local.contract.ExternalState`.
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
from ml.local.contract import Event, ExternalState, OnEvent, PipelineInput, Settings
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
    inputs: Mapping[str, PipelineInput] | None = None,
    external: ExternalState | None = None,
    settings: Settings = lambda _: {},
    on_event: OnEvent = lambda _: None,
) -> RunRecord:
    """Runs the steps that have changed, in order, and writes `run.json`.

    Args:
        pipeline: the one to run.
        out: the run's folder; created if necessary, and used by one run at a time.
        values: parameters by name; those left out take their defaults.
        inputs: of the pipeline, by name; optional ones may be left out.
        external: what is known about the state that volatile steps read and write.
        settings: environment variables for the step of that name, in addition to this process's own; called
            when the step is about to run.
        on_event: called for each event of a step.

    Raises:
        InputError: a value is not allowed, an input is missing, or another run is in progress in `out`.
        MLError: a step failed; it carries the step's own message and the exit code of its kind.
    """
    out = out.resolve()
    params = _params(pipeline, values or {})
    try:
        out.mkdir(parents=True, exist_ok=True)
        with locked(out):
            job = _Run(pipeline, out, params, external or ExternalState(), settings, on_event)
            return job.run_all(inputs or {})
    except OSError as error:
        if is_full(error):
            raise MLError(f"no space left on the disk of {out}", "free some space, then run again") from error
        raise InputError(f"cannot write {out}: {error.strerror}", "choose another folder") from error


def _params(pipeline: Pipeline, values: Mapping[str, Scalar]) -> dict[str, Scalar]:
    known = pipeline.params
    if unknown := sorted(values.keys() - known.keys()):
        raise InputError(f"unknown parameter {unknown[0]}", f"parameters: {', '.join(known)}")
    params = {name: p.default for name, p in known.items() if p.default is not None}
    for name, value in values.items():
        try:
            params[name] = known[name].parse(str(value))
        except ArgumentTypeError as error:
            raise InputError(f"{name}: {error}") from None
    return params


@dataclass
class _Run:
    """One run: the outputs so far, and the result of each step."""

    pipeline: Pipeline
    out: Path
    params: dict[str, Scalar]
    external: ExternalState
    settings: Settings
    on_event: OnEvent
    available: dict[str, PipelineInput] = field(default_factory=dict[str, PipelineInput])
    """Sources of inputs: `pipeline.<name>`, and `<step>.<port>` of the steps that have ended."""
    steps: list[StepRun] = field(default_factory=list[StepRun])

    def run_all(self, inputs: Mapping[str, PipelineInput]) -> RunRecord:
        started_at, start = dt.datetime.now(dt.UTC), time.perf_counter()
        self.available = {f"pipeline.{name}": value for name, value in inputs.items()}
        state: Literal["complete", "failed", "stopped"] = "stopped"
        error: str | None = None
        try:
            _sweep(self.out)
            for node in self.pipeline.nodes:
                self.take(node)
            state = "complete"
        except Exception as failure:
            if not isinstance(failure, InputError):  # to a full disk Python writes half a module
                shutil.rmtree(self.out / process.BYTECODE, ignore_errors=True)
            if isinstance(failure, MLError):
                state, error = "failed", str(failure)
            raise
        finally:
            seen = {s.step for s in self.steps}
            names = [node.step.name for node in self.pipeline.nodes]
            record = RunRecord(
                pipeline=self.pipeline.name,
                state=state,
                error=error,
                started_at=started_at,
                seconds=round(time.perf_counter() - start, 3),
                params=self.params,
                steps=(*self.steps, *(StepRun(step=n, state="not run") for n in names if n not in seen)),
            )
            record.write(self.out)
        return record

    def take(self, node: Node) -> None:
        """Reuses the step's outputs of an earlier run, or runs the step."""
        step, inputs = node.step, self._inputs(node)
        params = {p.name: self.params[p.name] for p in step.params if p.name in self.params}
        source = self.external.sources.get(step.name)
        parts = keys.parts(step, params, {port: g.hash for port, g in inputs.items()}, source)
        earlier = list(_records(self.out / "steps" / step.name))
        record = self._usable(step, inputs, parts, earlier)
        why = "" if record else keys.why(parts, [r.parts for r in earlier])
        record, state = (
            (record, "unchanged") if record else (self._run_step(step, inputs, parts, why), "done")
        )
        self._record(step, record, state, why)

    def _inputs(self, node: Node) -> dict[str, PipelineInput]:
        wired = {port.name: node.inputs[port.name] for port in node.step.inputs}
        for port in node.step.inputs:
            if not port.optional and wired[port.name] not in self.available:
                raise InputError(
                    f"the step {node.step.name} needs the input {wired[port.name]}", "pass it to the pipeline"
                )
        return {port: self.available[source] for port, source in wired.items() if source in self.available}

    def _usable(
        self, step: Step, inputs: Mapping[str, PipelineInput], parts: Parts, earlier: list[StepRecord]
    ) -> StepRecord | None:
        """The record of an earlier run that can be reused."""
        effect = self.external.effects.get(step.name)
        if step.volatile and effect is None and step.name not in self.external.sources:
            return None
        for record in sorted(earlier, key=lambda r: r.parts != parts):
            own = [port for port, g in inputs.items() if g.made_from in record.outputs.values()]
            if (
                not keys.differing(parts, record.parts, apart_from=own)
                and (effect is None or record.effect == effect())
                and record.is_intact(self._folder(record))
            ):
                return record
        return None

    def _run_step(
        self, step: Step, inputs: Mapping[str, PipelineInput], parts: Parts, why: str
    ) -> StepRecord:
        """Runs the step's process; its outputs and its record appear together."""
        start = time.perf_counter()
        self.on_event(Event(step=step.name, line=why))
        folder = self.out / "steps" / step.name / keys.key(parts)
        log = self.out / "logs" / f"{step.name}-{folder.name}.log"
        log.parent.mkdir(exist_ok=True)
        try:
            with whole_folder(folder) as part:
                self._execute(step, inputs, part, log)
                effect = self.external.effects.get(step.name)
                record = StepRecord(
                    step=step.name,
                    key=folder.name,
                    parts=parts,
                    command=tuple(self._command(step, inputs, folder)),
                    inputs={port: g.hash for port, g in inputs.items()},
                    outputs={port.name: content_hash(part / port.name) for port in step.outputs},
                    effect=effect() if effect else None,
                    seconds=round(time.perf_counter() - start, 3),
                    finished_at=dt.datetime.now(dt.UTC),
                    versions=packages(),
                    log=log.relative_to(self.out).as_posix(),
                )
                record.write(part)
        except BaseException as error:
            seconds = round(time.perf_counter() - start, 3)
            state: State = "failed" if isinstance(error, Exception) else "stopped"
            self.steps.append(StepRun(step=step.name, state=state, why=str(error), seconds=seconds))
            self.on_event(Event(step=step.name, state=state, seconds=seconds))
            raise
        return record

    def _execute(self, step: Step, inputs: Mapping[str, PipelineInput], part: Path, log: Path) -> None:
        start = time.perf_counter()

        def show(line: str) -> None:
            self.on_event(Event(step=step.name, seconds=time.perf_counter() - start, line=line))

        scratch = part / ".scratch"
        scratch.mkdir()
        command = self._command(step, inputs, part)
        env = process.with_bytecode(process.environment(self.settings(step.name)), self.out)
        code = process.execute(command, out=self.out, cwd=scratch, log=log, env=env, on_line=show)
        if code:
            raise explain(step, code, log)
        shutil.rmtree(scratch)
        for port in step.outputs:
            if not (part / port.name).exists():
                raise MLError(
                    f"the step {step.name} succeeded without writing its output {port.name}",
                    f"its log: {log}",
                )

    def _command(self, step: Step, inputs: Mapping[str, PipelineInput], folder: Path) -> list[str]:
        params = {p.name: self.params[p.name] for p in step.params if p.name in self.params}
        return step.command(
            {name: _text(value) for name, value in params.items()}
            | {port: str(g.path) for port, g in inputs.items()}
            | {port.name: str(folder / port.name) for port in step.outputs}
        )

    def _record(self, step: Step, record: StepRecord, state: State, why: str) -> None:
        folder = self._folder(record)
        assets.register(self.out, step, folder, record)
        outputs = {port: folder / port for port in record.outputs}
        for port, path in outputs.items():
            self.available[f"{step.name}.{port}"] = PipelineInput(path=path, hash=record.outputs[port])
        seconds = record.seconds if state == "done" else 0.0
        paths = {port: path.relative_to(self.out).as_posix() for port, path in outputs.items()}
        self.steps.append(
            StepRun(
                step=step.name,
                state=state,
                why=why,
                seconds=seconds,
                key=record.key,
                outputs=paths,
                log=record.log,
            )
        )
        self.on_event(Event(step=step.name, state=state, seconds=seconds, outputs=outputs))

    def _folder(self, record: StepRecord) -> Path:
        return self.out / "steps" / record.step / record.key


def _sweep(out: Path) -> None:
    """Removes partial outputs of a killed run; no other run is in progress, as this one holds the lock."""
    for part in (out / "steps").glob("*/.*.part"):
        shutil.rmtree(part, ignore_errors=True)


def _records(folder: Path) -> Iterator[StepRecord]:
    """The records of a step, newest first."""
    records = [r for path in folder.glob("*/") if (r := StepRecord.read(path)) and r.key == path.name]
    yield from sorted(records, key=lambda r: r.finished_at, reverse=True)


def _text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
