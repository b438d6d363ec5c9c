"""The scoring script, as Azure ML's inference server runs it: `init()` once, then `run()` per request.

The server loads this file without registering it as a module, so it must not define dataclasses.

Environment:
    AZUREML_MODEL_DIR: the folder of the model; in the cloud `.../azureml-models/<name>/<version>`. A
        deployment to which no model was promoted yet has none: it is ready, and answers 503 to rows.
    ROAST_MODEL_NAME, ROAST_MODEL_VERSION: its name and version where the folder does not give them.
    ROAST_LOG_REQUESTS: `true` logs every request, as the server does by default.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from azureml_inference_server_http.api.aml_request import AMLRequest, rawhttp
from azureml_inference_server_http.api.aml_response import AMLResponse

from ml.errors import MLError
from ml.serving import contract
from ml.serving.request import RequestRefusedError
from ml.serving.scorer import Scorer

_CHUNK = 1024 * 1024
_DRAINED = 8 * contract.MAX_BYTES


_NO_MODEL = RequestRefusedError(
    503, "no model has been promoted yet; roast model promote puts one into service"
)

_scorer: Scorer | None = None


def init() -> None:
    """Loads the model, if there is one; the server exits if this raises."""
    global _scorer  # noqa: PLW0603 - the server's convention: init() loads what run() uses
    environ = os.environ
    if environ.get("ROAST_LOG_REQUESTS", "").lower() != "true":
        _silence_request_log()
    if not environ.get("AZUREML_MODEL_DIR"):
        _scorer = None
        print(f"warning: {_NO_MODEL}", file=sys.stderr, flush=True)  # noqa: T201 - for the log of the deployment
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
    """Answers one request; an invalid request is never answered with 5xx."""
    if request.method == "OPTIONS":
        return AMLResponse("", 204, {"Allow": "POST"})
    if request.method != "POST":
        refused = RequestRefusedError(405, f"{request.method} is not allowed; POST the rows")
        return _respond(refused.status, refused.body(), {"Allow": "POST"})
    try:
        body = _read(request)
    except RequestRefusedError as refused:
        return _respond(refused.status, refused.body())
    if _scorer is None:
        return _respond(_NO_MODEL.status, _NO_MODEL.body())
    return _respond(*_scorer.answer(body))


def _read(request: AMLRequest) -> bytes:
    """The body, if it is not too long.

    A body that is too long is read further for a while: otherwise a client that is still sending would see a
    closed connection instead of our answer.
    """
    try:
        body = request.stream.read(contract.MAX_BYTES + 1)
        if len(body) <= contract.MAX_BYTES:
            return body
        drained = len(body)
        while drained < _DRAINED and (chunk := request.stream.read(_CHUNK)):
            drained += len(chunk)
    except Exception as error:  # noqa: BLE001 - the client disconnected or its framing is broken: servers raise different errors
        raise RequestRefusedError(400, f"the request could not be read: {error}") from None
    limit = contract.MAX_BYTES // 1024**2
    raise RequestRefusedError(413, f"the request is larger than {limit} MiB; send fewer rows at a time")


def _respond(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> AMLResponse:
    text = json.dumps(body, allow_nan=False)
    return AMLResponse(text, status, {"Content-Type": "application/json", **(headers or {})})


def _silence_request_log() -> None:
    """Drops the three lines that the server logs per request; errors and startup are still logged."""
    logging.getLogger("gunicorn.access").setLevel(logging.WARNING)
    logging.getLogger("azmlinfsrv").addFilter(
        lambda record: record.module != "routes" or record.levelno > logging.INFO
    )
