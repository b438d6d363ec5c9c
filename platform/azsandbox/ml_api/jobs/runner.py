"""Runs jobs in the background: each node after the nodes that it depends on, at most two at a time."""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from azsandbox import files
from azsandbox.arm import ids
from azsandbox.arm_api.variables import Environment
from azsandbox.errors import ArmError, SandboxError
from azsandbox.ml_api.identities import Identities
from azsandbox.ml_api.jobs import execution
from azsandbox.ml_api.jobs.execution import JobContext, TimedOutError
from azsandbox.ml_api.jobs.plan import FromNode, JobPlan, Node
from azsandbox.ml_api.jobs.records import Records, Run, now
from azsandbox.processes import Processes
from azsandbox.storage_api.addresses import Addresses

CONCURRENT_NODES = 2
PIPELINE_LOG = "logs/azureml/executionlogs.txt"

Register = Callable[[Addresses, Run, Node], None]
"""Registers the outputs of a completed node as assets."""


@dataclass
class _Job:
    root: Run
    plan: JobPlan
    context: JobContext
    runs: dict[str, Run] = field(default_factory=dict[str, Run])  # by the path of the node
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def single(self) -> bool:
        return self.root.kind == "Command"


class Runner:
    """The jobs of one session; they are cancelled when it ends."""

    def __init__(
        self,
        records: Records,
        processes: Processes,
        environment: Environment,
        *,
        scratch: Path,
        register: Register,
        identities: Identities,
    ) -> None:
        self._records = records
        self._processes = processes
        self._environment = environment
        self._scratch = scratch
        self._register = register
        self._identities = identities
        self._slots = threading.Semaphore(CONCURRENT_NODES)
        self._jobs: dict[str, _Job] = {}
        for run in records.all():  # left by an earlier session
            if not run.is_terminal:
                self._set_status(run, "Canceled", "the sandbox session that ran it ended")

    def start(self, root: Run, plan: JobPlan, addresses: Addresses) -> None:
        """Record the job and its nodes, and run it on a thread."""
        context = JobContext(
            addresses=addresses,
            processes=self._processes,
            environment=self._environment,
            scratch=self._scratch,
            cancelled=threading.Event(),
            outputs={},
            identities=self._identities,
            compute=plan.compute,
        )
        job = self._jobs[ids.key(root.id)] = _Job(root, plan, context)
        self._records.save(root)
        for node in plan.nodes:
            job.runs[node.path] = root if job.single else self._create_child(root, node)
        threading.Thread(target=self._run, args=(job,), name=root.name, daemon=True).start()

    def _create_child(self, root: Run, node: Node) -> Run:
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
        """Request the cancellation of a job; its processes are killed."""
        job = self._jobs.get(ids.key(identifier))
        if job is None or job.root.is_terminal:
            return
        job.context.cancelled.set()
        self._set_status(job.root, "CancelRequested")

    def close(self) -> None:
        """Cancel all jobs that are still running."""
        for job in self._jobs.values():
            if not job.root.is_terminal:
                job.context.cancelled.set()
                self._cancel_runs(job)

    def _cancel_runs(self, job: _Job) -> None:
        for run in {id(run): run for run in [*job.runs.values(), job.root]}.values():
            if not run.is_terminal:
                self._set_status(run, "Canceled", "the sandbox session ended")

    def _run(self, job: _Job) -> None:
        try:
            self._run_nodes(job)
        except (SandboxError, OSError) as error:  # such as a datastore that was deleted in the meantime
            self._set_status(job.root, "Failed", error.message if isinstance(error, ArmError) else str(error))

    def _run_nodes(self, job: _Job) -> None:
        self._log(job, "preparing")
        self._set_status(job.root, "Preparing")
        if not job.context.cancelled.is_set():
            self._set_status(job.root, "Running")
        with ThreadPoolExecutor(max(1, len(job.plan.nodes))) as pool:
            futures: dict[str, Future[bool]] = {}
            for node in job.plan.nodes:  # sorted: every node comes after those that it depends on
                dependencies = [futures[name] for name in sorted(node.depends_on)]
                futures[node.path] = pool.submit(self._run_node, job, node, dependencies)
        self._finish(job)

    def _run_node(self, job: _Job, node: Node, dependencies: list[Future[bool]]) -> bool:
        """Run one node once its dependencies have ended; whether it completed."""
        wait(dependencies)
        run = job.runs[node.path]
        if not all(dependency.result() for dependency in dependencies):
            return False
        with self._slots:
            stopped = self._failed_runs(job) and not job.plan.continue_on_step_failure
            if job.context.cancelled.is_set() or stopped:
                return False
            final = "Failed"
            try:
                reason = self._execute(job, node, run)
                final = "Failed" if reason else "Completed"
            except TimedOutError as error:
                reason, final = str(error), "Canceled"
            except (SandboxError, OSError) as error:
                reason = error.message if isinstance(error, ArmError) else str(error)
            except Exception as error:  # noqa: BLE001 - a defect is reported, not lost with its thread
                reason = f"defect in the sandbox: {type(error).__name__}: {error}"
        status = "Canceled" if job.context.cancelled.is_set() else final
        if not (job.single and job.context.cancelled.is_set()):
            self._set_status(run, status, reason)
        self._log(job, f"{node.path or job.root.name}: {status}" + (f": {reason}" if reason else ""))
        return status == "Completed"

    def _execute(self, job: _Job, node: Node, run: Run) -> str | None:
        """Run a node's command and register its outputs; None, or the reason of the failure."""
        self._set_status(run, "Preparing")
        command, scratch = execution.prepare(node, run, job.context)
        run.command = command
        self._set_status(run, "Running")
        self._log(job, f"{node.path or job.root.name}: Running as {run.name}")
        reason = execution.execute(command, node, run, scratch, job.context)
        if reason is None and not job.context.cancelled.is_set():
            for name in node.outputs:
                path = job.context.addresses.local(run.outputs[name]["uri"])
                if not path.exists():
                    return f"Output '{name}' was not written."
                job.context.outputs[FromNode(node.path, name)] = path
            self._register(job.context.addresses, run, node)
        return reason

    @staticmethod
    def _failed_runs(job: _Job) -> list[Run]:
        """The runs of nodes that failed or were cancelled."""
        return [run for run in job.runs.values() if run.status in {"Failed", "Canceled"}]

    def _finish(self, job: _Job) -> None:
        root = job.root
        for name, source in job.plan.outputs.items():
            written = job.runs[source.node].outputs.get(source.port)
            if written and not job.single:
                root.outputs[name] = written
        if job.context.cancelled.is_set():
            for run in job.runs.values():
                if not run.is_terminal and run is not root:
                    self._set_status(run, "Canceled")
            self._set_status(root, "Canceled")
        elif not root.is_terminal:
            failed = self._failed_runs(job)
            if failed:
                text = "; ".join(f"node '{run.node}' ({run.name}): {run.error}" for run in failed)
                self._set_status(root, "Failed", f"Pipeline has failed child jobs. {text}")
            else:
                self._set_status(root, "Completed")
        self._log(job, root.status)
        shutil.rmtree(files.below(self._scratch, root.name), ignore_errors=True)

    def _set_status(self, run: Run, status: str, error: str | None = None) -> None:
        run.status = status
        run.error = error or run.error
        if status == "Running":
            run.started = now()
        if run.is_terminal:
            run.ended = now()
        self._records.save(run)

    def _log(self, job: _Job, text: str) -> None:
        """Append a line to the pipeline's own log, which is what streaming the job shows."""
        if job.single:
            return
        log = execution.artifacts_of(job.context.addresses, job.root.name) / PIPELINE_LOG
        with job.lock:
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("a", encoding="utf-8") as file:
                file.write(f"[{now()}] {text}\n")
