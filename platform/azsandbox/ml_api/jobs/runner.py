"""Runs jobs in the background: each node when what it needs is there, at most two at a time."""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from azsandbox.arm import ids
from azsandbox.arm_api.variables import Environment
from azsandbox.errors import ArmError, SandboxError
from azsandbox.ml_api.jobs import execution
from azsandbox.ml_api.jobs.execution import Setting, TimedOutError
from azsandbox.ml_api.jobs.plan import FromNode, Node, Plan
from azsandbox.ml_api.jobs.records import Records, Run, now
from azsandbox.ml_api.processes import Processes
from azsandbox.storage_api.addresses import Addresses

AT_ONCE = 2
PIPELINE_LOG = "logs/azureml/executionlogs.txt"

Register = Callable[[Addresses, Run, Node], None]
"""Makes assets of what a node wrote."""


@dataclass
class _Job:
    root: Run
    plan: Plan
    setting: Setting
    runs: dict[str, Run] = field(default_factory=dict[str, Run])  # by path of the node
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def single(self) -> bool:
        return self.root.kind == "Command"


class Runner:
    """The jobs of one session. They end with it."""

    def __init__(
        self,
        records: Records,
        processes: Processes,
        environment: Environment,
        scratch: Path,
        register: Register,
    ) -> None:
        self._records = records
        self._processes = processes
        self._environment = environment
        self._scratch = scratch
        self._register = register
        self._slots = threading.Semaphore(AT_ONCE)
        self._jobs: dict[str, _Job] = {}
        for run in records.all():  # of a session that ended
            if not run.over:
                self._note(run, "Canceled", "the sandbox session that ran it ended")

    def start(self, root: Run, plan: Plan, addresses: Addresses) -> None:
        """Record the job and its nodes, and let it run."""
        setting = Setting(
            addresses=addresses,
            processes=self._processes,
            environment=self._environment,
            scratch=self._scratch,
            cancelled=threading.Event(),
            outputs={},
        )
        job = self._jobs[ids.key(root.id)] = _Job(root, plan, setting)
        self._records.save(root)
        for node in plan.nodes:
            job.runs[node.path] = root if job.single else self._child(root, node)
        threading.Thread(target=self._run, args=(job,), name=root.name, daemon=True).start()

    def _child(self, root: Run, node: Node) -> Run:
        run = Run(
            id=f"{root.id.rpartition('/')[0]}/{uuid.uuid4()}",
            kind="Command",
            root=root.name,
            parent=root.name,
            node=node.path,
            component=node.component,
            display=node.path,
            experiment=root.experiment,
        )
        self._records.save(run)
        return run

    def cancel(self, identifier: str) -> None:
        """Ask a job to end; its processes are killed."""
        job = self._jobs.get(ids.key(identifier))
        if job is None or job.root.over:
            return
        job.setting.cancelled.set()
        self._note(job.root, "CancelRequested")

    def close(self) -> None:
        """Cancel all that still runs."""
        for job in self._jobs.values():
            if not job.root.over:
                job.setting.cancelled.set()
                self._processes_gone(job)

    def _processes_gone(self, job: _Job) -> None:
        for run in {id(one): one for one in [*job.runs.values(), job.root]}.values():
            if not run.over:
                self._note(run, "Canceled", "the sandbox session ended")

    def _run(self, job: _Job) -> None:
        self._say(job, "preparing")
        self._note(job.root, "Preparing")
        if not job.setting.cancelled.is_set():
            self._note(job.root, "Running")
        with ThreadPoolExecutor(max(1, len(job.plan.nodes))) as pool:
            waiting: dict[str, Future[bool]] = {}
            for node in job.plan.nodes:  # in an order in which what a node needs comes before it
                before = [waiting[name] for name in sorted(node.before)]
                waiting[node.path] = pool.submit(self._node, job, node, before)
        self._finish(job)

    def _node(self, job: _Job, node: Node, before: list[Future[bool]]) -> bool:
        """Run one node when its turn has come; whether it completed."""
        wait(before)
        run = job.runs[node.path]
        if not all(one.result() for one in before):
            return False
        with self._slots:
            if job.setting.cancelled.is_set() or (self._broken(job) and not job.plan.keeps_going):
                return False
            ended = "Failed"
            try:
                why = self._work(job, node, run)
                ended = "Failed" if why else "Completed"
            except TimedOutError as error:
                why, ended = str(error), "Canceled"
            except (SandboxError, OSError) as error:
                why = error.message if isinstance(error, ArmError) else str(error)
            except Exception as error:  # noqa: BLE001 - a defect of the sandbox is said, not swallowed with its thread
                why = f"defect in the sandbox: {type(error).__name__}: {error}"
        status = "Canceled" if job.setting.cancelled.is_set() else ended
        if not (job.single and job.setting.cancelled.is_set()):
            self._note(run, status, why)
        self._say(job, f"{node.path or job.root.name}: {status}" + (f": {why}" if why else ""))
        return status == "Completed"

    def _work(self, job: _Job, node: Node, run: Run) -> str | None:
        self._note(run, "Preparing")
        command, scratch = execution.prepare(node, run, job.setting)
        run.command = command
        self._note(run, "Running")
        self._say(job, f"{node.path or job.root.name}: Running as {run.name}")
        why = execution.execute(command, node, run, scratch, job.setting)
        if why is None and not job.setting.cancelled.is_set():
            for name in node.outputs:
                place = job.setting.addresses.local(run.outputs[name]["uri"])
                if not place.exists():
                    return f"Output '{name}' was not written."
                job.setting.outputs[FromNode(node.path, name)] = place
            self._register(job.setting.addresses, run, node)
        return why

    @staticmethod
    def _broken(job: _Job) -> list[Run]:
        """The nodes that did not reach their end."""
        return [run for run in job.runs.values() if run.status in {"Failed", "Canceled"}]

    def _finish(self, job: _Job) -> None:
        root = job.root
        for name, source in job.plan.outputs.items():
            written = job.runs[source.node].outputs.get(source.port)
            if written and not job.single:
                root.outputs[name] = written
        if job.setting.cancelled.is_set():
            for run in job.runs.values():
                if not run.over and run is not root:
                    self._note(run, "Canceled")
            self._note(root, "Canceled")
        elif not root.over:
            broken = self._broken(job)
            if broken:
                text = "; ".join(f"node '{run.node}' ({run.name}): {run.error}" for run in broken)
                self._note(root, "Failed", f"Pipeline has failed child jobs. {text}")
            else:
                self._note(root, "Completed")
        self._say(job, root.status)
        shutil.rmtree(self._scratch / root.name, ignore_errors=True)

    def _note(self, run: Run, status: str, error: str | None = None) -> None:
        run.status = status
        run.error = error or run.error
        if status == "Running":
            run.started = now()
        if run.over:
            run.ended = now()
        self._records.save(run)

    def _say(self, job: _Job, text: str) -> None:
        """A line in the job's own log, which is what streaming a pipeline shows."""
        if job.single:
            return
        log = execution.artifacts_of(job.setting.addresses, job.root.name) / PIPELINE_LOG
        with job.lock:
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("a", encoding="utf-8") as file:
                file.write(f"[{now()}] {text}\n")
