"""Long-running operations of ARM: accepted at once, polled until they have ended."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from azsandbox.arm_api.wire import RETRY_AFTER, Answer, Call, Values
from azsandbox.errors import ArmError


@dataclass
class _Operation:
    status: str = "InProgress"
    error: ArmError | None = None


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
        return self._headers(subscription, location, name)

    def completed(self, subscription: str, location: str, error: ArmError | None = None) -> dict[str, str]:
        """The headers of an operation that has ended already."""
        name = str(uuid.uuid4())
        self._known[name] = _Operation("Failed" if error else "Succeeded", error)
        return self._headers(subscription, location, name)

    def _headers(self, subscription: str, location: str, name: str) -> dict[str, str]:
        prefix = (
            f"{self._base}/subscriptions/{subscription}/providers/Microsoft.MachineLearningServices/locations/"
            f"{location or 'global'}/mfeOperations"
        )
        return {
            "Azure-AsyncOperation": f"{prefix}Status/{name}?api-version=2022-02-01-preview",
            "Location": f"{prefix}Results/{name}?api-version=2022-02-01-preview",
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
        return Answer(202 if operation.status == "InProgress" else 200, None, {"Retry-After": RETRY_AFTER})

    def _find(self, call: Call) -> _Operation:
        operation = self._known.get(call.path_parameters["operation"])
        if operation is None:
            raise ArmError(404, "OperationNotFound", f"No operation '{call.path_parameters['operation']}'.")
        return operation
