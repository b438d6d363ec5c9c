"""A process that has imported everything and runs each action in a fork of itself.

Run as `python -m tests.ml.faults.worker SHARED`: it reads requests as lines of JSON and answers each by one.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from ml.errors import MLError
from ml.store import tracking
from tests.ml.faults.actions import ACTIONS, leftovers
from tests.ml.faults.inject import CAMPAIGN, Counter, Fault

DEFECT = 70


def serve(shared: Path) -> None:
    if CAMPAIGN:
        tracking.mlflow("artifacts")  # takes seconds; every fork has it then
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        folder = Path(request["folder"])
        answer, log = folder.with_suffix(".answer"), folder.with_suffix(".log")
        for file in (answer, log):
            file.unlink(missing_ok=True)
        children = [_forked(request, folder, shared, log) for _ in range(request.get("processes", 1))]
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        result: dict[str, Any] = json.loads(answer.read_text()) if answer.exists() else {}
        print(json.dumps({"codes": codes, "log": log.read_text(errors="replace"), **result}), flush=True)


def _forked(request: dict[str, Any], folder: Path, shared: Path, log: Path) -> int:
    child = os.fork()
    if child:
        return child
    os.environ["TZ"] = request.get("zone", "UTC")
    time.tzset()
    _redirect(log)
    os._exit(_child(request, folder, shared))


def _redirect(log: Path) -> None:
    os.setsid()
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(file, stream)


def _child(request: dict[str, Any], folder: Path, shared: Path) -> int:
    answer = folder.with_suffix(".answer")
    action = ACTIONS[request["action"]]
    try:
        if request["do"] == "state":
            state = {"state": action.state(folder, shared), "leftovers": leftovers(folder)}
            answer.write_text(json.dumps(state))
            return 0
        counter = Counter(Fault.of(request))
        action.run(folder, shared)
    except MLError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        return error.exit_code
    except BaseException:  # noqa: BLE001 - whatever it is, the test has to see it
        traceback.print_exc()
        sys.stderr.flush()
        return DEFECT
    if request.get("kind", "none") == "none":
        answer.write_text(json.dumps({"changes": counter.changes.copy()}))
    return 0


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
