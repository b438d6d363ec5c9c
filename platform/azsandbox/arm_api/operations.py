"""Long-running operations of ARM: accepted at once, polled until they have ended."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from azsandbox.arm import ids
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api.wire import RETRY_AFTER, Answer, Call, Values
from azsandbox.errors import ArmError

_ML = "Microsoft.MachineLearningServices"
Show = Callable[[], Values]
"""The resource that an operation wrote, as its Location shows it in the end."""


@dataclass
class _Operation:
    status: str = "InProgress"
    error: ArmError | None = None
    show: Show | None = None


class Operations:
    """The long-running operations of one session."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._known: dict[str, _Operation] = {}
        self._lock = threading.Lock()

    def start(self, subscription: str, location: str, work: Callable[[], None]) -> dict[str, str]:
        """Run the work in a thread; the headers that tell a client where to poll."""
        name = str(uuid.uuid4())
        operation = self._known[name] = _Operation()

        def run() -> None:
            try:
                work()
            except ArmError as error:
                self._end(operation, "Failed", error)
            except BaseException as error:
                self._end(operation, "Failed", ArmError(500, "InternalServerError", repr(error)))
                raise
            else:
                self._end(operation, "Succeeded", None)

        threading.Thread(target=run, name=f"operation-{name[:8]}", daemon=True).start()
        return self._headers(f"{subscription}/providers/{_ML}/locations/{location}/mfe", name)

    def completed(self, subscription: str, location: str, error: ArmError | None = None) -> dict[str, str]:
        """The headers of an operation of Azure ML that has ended already."""
        name = self._ended(error)
        return self._headers(f"{subscription}/providers/{_ML}/locations/{location or 'global'}/mfe", name)

    def completed_by(self, resource: Resource, error: ArmError | None, show: Show | None) -> dict[str, str]:
        """The headers of an operation on a resource that has ended already; `show` is the result, if any."""
        subscription = ids.subscription_of(resource.id).rpartition("/")[2]
        location = str(resource.inputs.get("location") or "global").replace(" ", "").lower()
        namespace = resource.kind.partition("/")[0]
        if namespace == _ML:
            return self.completed(subscription, location, error)
        name = self._ended(error, show)
        return self._headers(f"{subscription}/providers/{namespace}/locations/{location}/", name)

    def _ended(self, error: ArmError | None, show: Show | None = None) -> str:
        name = str(uuid.uuid4())
        self._known[name] = _Operation("Failed" if error else "Succeeded", error, show)
        return name

    def _headers(self, prefix: str, name: str) -> dict[str, str]:
        """Where a client polls: the status of the operation, and its result."""
        ml = prefix.endswith("mfe")
        status, result = (
            ("OperationsStatus", "OperationsResults") if ml else ("operationStatuses", "operationResults")
        )
        version = "2022-02-01-preview" if ml else "2024-01-01"
        start = f"{self._base}/subscriptions/{quote(prefix)}"
        return {
            "Azure-AsyncOperation": f"{start}{status}/{name}?api-version={version}",
            "Location": f"{start}{result}/{name}?api-version={version}",
            "Retry-After": RETRY_AFTER,
        }

    def _end(self, operation: _Operation, status: str, error: ArmError | None) -> None:
        with self._lock:
            operation.status, operation.error = status, error

    def status(self, call: Call) -> Answer:
        operation = self._find(call)
        body: Values = {
            "id": call.path,
            "name": call.path_parameters["operation"],
            "status": operation.status,
        }
        if operation.error is not None:
            body["error"] = {"code": operation.error.code, "message": operation.error.message}
        return Answer(200, body, {"Retry-After": RETRY_AFTER})

    def result(self, call: Call) -> Answer:
        operation = self._find(call)
        if operation.status == "InProgress":
            return Answer(202, None, {"Retry-After": RETRY_AFTER})
        if operation.error is not None and operation.show is not None:
            raise operation.error
        return Answer(200, operation.show() if operation.show else None, {"Retry-After": RETRY_AFTER})

    def failures(self) -> list[ArmError]:
        """The errors with which operations of this session ended."""
        return [operation.error for operation in self._known.values() if operation.error is not None]

    def _find(self, call: Call) -> _Operation:
        operation = self._known.get(call.path_parameters["operation"])
        if operation is None:
            raise ArmError(404, "OperationNotFound", f"No operation '{call.path_parameters['operation']}'.")
        return operation
