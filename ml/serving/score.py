"""The scoring script, as Azure ML's inference server runs it: `init()` once, then `run()` per request.

Environment:
    AZUREML_MODEL_DIR: the folder of the model; in the cloud `.../azureml-models/<name>/<version>`. A
        deployment that was declared and not promoted to has none: it is ready, and answers 503 to rows.
    ROAST_MODEL_NAME, ROAST_MODEL_VERSION: what to call it where the folder does not say.
    ROAST_LOG_REQUESTS: `true` logs every request, which the server does by default and we do not.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azureml_inference_server_http.api.aml_request import AMLRequest, rawhttp
from azureml_inference_server_http.api.aml_response import AMLResponse

from ml.core.predictor import Predictor, RowsRefused
from ml.errors import InputError, MLError
from ml.serving import contract
from ml.serving.request import Refused, parse
from ml.store import bundle

_MARKS = ("bundle.json", "MLmodel")
_DEEPEST = 2
_CHUNK = 1024 * 1024
_DRAINED = 8 * contract.MAX_BYTES


@dataclass(frozen=True, kw_only=True)
class Scorer:
    """A loaded model that answers requests."""

    predictor: Predictor
    name: str
    version: str | None

    @classmethod
    def load(cls, folder: Path, *, name: str | None = None, version: str | None = None) -> Scorer:
        """The model in `folder` or at most two levels below.

        `name` and `version` win over what an Azure ML path says; the model's own name comes last.

        Raises:
            InputError: there is no model, or it is damaged.
        """
        predictor = bundle.load(find_model(folder))
        predictor.forecast(
            predictor.grid(1)[:1]
        )  # what can't forecast must not go into service; and it warms up
        said = ("", "", "", *folder.resolve().parts)[-3:]
        if said[0] == "azureml-models":
            name, version = name or said[1], version or said[2]
        return cls(predictor=predictor, name=name or predictor.model.name, version=version)

    def answer(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and body: 200 with a `Response`, or 4xx with an `ErrorResponse`."""
        try:
            rows = parse(body)
            forecasts = self.predictor.forecast(rows)
        except RowsRefused as refused:
            again = Refused.of_rows(refused.rows)
            return again.status, again.body()
        except Refused as refused:
            return refused.status, refused.body()
        return 200, contract.response(forecasts, self.name, self.version)


def find_model(folder: Path) -> Path:
    """The folder that holds a bundle or an MLflow model: `folder` itself, or one up to two levels below.

    Raises:
        InputError: there is none, or there are several.
    """
    if not folder.is_dir():
        raise InputError(f"there is no model folder {folder}")
    level = [folder]
    for _ in range(_DEEPEST + 1):
        found = [one for one in level if any((one / mark).is_file() for mark in _MARKS)]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(str(one.relative_to(folder)) for one in sorted(found))
            raise InputError(f"{folder} holds several models: {names}", "name one of these folders")
        level = [child for one in level for child in one.iterdir() if child.is_dir()]
    raise InputError(f"there is no model in {folder}", f"a model's folder holds {' or '.join(_MARKS)}")


_NONE_YET = Refused(503, "no model has been promoted yet; roast model promote puts one into service")

_scorer: Scorer | None = None


def init() -> None:
    """Loads the model, if there is one; the server exits if this raises."""
    global _scorer  # noqa: PLW0603 - the server's convention: init() leaves for run() what it loaded
    environ = os.environ
    if environ.get("ROAST_LOG_REQUESTS", "").lower() != "true":
        _quieten()
    if not environ.get("AZUREML_MODEL_DIR"):
        _scorer = None
        print(f"warning: {_NONE_YET}", file=sys.stderr, flush=True)  # noqa: T201 - the log of a deployment that waits
        return
    try:
        _scorer = Scorer.load(
            Path(environ["AZUREML_MODEL_DIR"]),
            name=environ.get("ROAST_MODEL_NAME"),
            version=environ.get("ROAST_MODEL_VERSION"),
        )
    except MLError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)  # noqa: T201 - the one line that `roast serve` shows
        raise


@rawhttp
def run(request: AMLRequest) -> AMLResponse:
    """Answers one request; never 5xx for what the request says."""
    if request.method == "OPTIONS":
        return AMLResponse("", 204, {"Allow": "POST"})
    if request.method != "POST":
        refused = Refused(405, f"{request.method} does not score; POST the rows")
        return _respond(refused.status, refused.body(), {"Allow": "POST"})
    try:
        body = _read(request)
    except Refused as refused:
        return _respond(refused.status, refused.body())
    if _scorer is None:
        return _respond(_NONE_YET.status, _NONE_YET.body())
    return _respond(*_scorer.answer(body))


def _read(request: AMLRequest) -> bytes:
    """The body, if it is not too long.

    One that is too long is read on for a while: a client that is still sending would otherwise meet a closed
    connection before our answer.
    """
    try:
        body = request.stream.read(contract.MAX_BYTES + 1)
        if len(body) <= contract.MAX_BYTES:
            return body
        drained = len(body)
        while drained < _DRAINED and (chunk := request.stream.read(_CHUNK)):
            drained += len(chunk)
    except Exception as error:  # noqa: BLE001 - it hung up, or its framing is broken: each server names that its way
        raise Refused(400, f"the request could not be read: {error}") from None
    limit = contract.MAX_BYTES // 1024**2
    raise Refused(413, f"the request is larger than {limit} MiB; send fewer rows at a time")


def _respond(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> AMLResponse:
    text = json.dumps(body, allow_nan=False)
    return AMLResponse(text, status, {"Content-Type": "application/json", **(headers or {})})


def _quieten() -> None:
    """Drops the three lines that the server logs per request; errors and the start stay."""
    logging.getLogger("gunicorn.access").setLevel(logging.WARNING)
    logging.getLogger("azmlinfsrv").addFilter(
        lambda record: record.module != "routes" or record.levelno > logging.INFO
    )
