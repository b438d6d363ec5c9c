"""Requests forecasts from an endpoint, in batches."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from ml.core.predictor import RowProblem
from ml.errors import AccessDeniedError, InputError, MLError, UnreachableError
from ml.option_values import BATCH
from ml.serving.request import RequestRefusedError

TIMEOUT_SECONDS = 60
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_DENIED = {401, 403}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it would send rows and key to an address that the user did not name."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def score(
    url: str, rows: Sequence[Mapping[str, Any]], *, batch: int = BATCH, key: str | None = None
) -> dict[str, Any]:
    """The endpoint's answer to all rows: `{"model": ..., "predictions": [...]}`, one prediction per row.

    Args:
        url: where rows are posted (`.../score`).
        rows: by the names of the contract.
        batch: rows per request.
        key: the endpoint's key or token; sent over https, or to this machine, only.

    Raises:
        RequestRefusedError: some rows are bad; `rows` names each, counted over all batches.
        UnreachableError: nothing answers there.
        AccessDeniedError: the endpoint refuses the key.
        MLError: the endpoint failed, or it does not speak our contract.
    """
    opener = _opener(url, key)
    model: Any = None
    predictions: list[Any] = []
    problems: list[RowProblem] = []
    for start in range(0, len(rows), batch):
        part = rows[start : start + batch]
        try:
            answer = _post(opener, url, {"rows": part}, key)
        except RequestRefusedError as refused:
            if not refused.rows:
                raise
            problems += [
                RowProblem(
                    row=start + problem.row, field=problem.field, reason=problem.reason, value=problem.value
                )
                for problem in refused.rows
            ]
            continue
        batch_predictions = answer.get("predictions")
        if not isinstance(batch_predictions, list) or len(batch_predictions) != len(part):
            raise MLError(f"{url} did not answer with one prediction per row", "is it this model's endpoint?")
        model = answer.get("model")
        predictions += batch_predictions
    if problems:
        raise RequestRefusedError.of_rows(problems)
    return {"model": model, "predictions": predictions}


def _opener(url: str, key: str | None) -> urllib.request.OpenerDirector:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InputError(f"{url!r} is not an address", "such as http://127.0.0.1:5001/score")
    loopback = parts.hostname in _LOOPBACK
    if key and parts.scheme == "http" and not loopback:
        raise InputError(f"the key of {parts.hostname} would be sent unencrypted", "use its https address")
    proxies = [urllib.request.ProxyHandler({})] if loopback else []
    return urllib.request.build_opener(_NoRedirect, *proxies)


def _post(opener: urllib.request.OpenerDirector, url: str, body: Any, key: str | None) -> dict[str, Any]:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    data = json.dumps(body, allow_nan=False).encode()
    request = urllib.request.Request(url, data, headers)  # noqa: S310 - `_opener` has checked the scheme
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as response:
            text = response.read()
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(url, error.code, error.read()) from None
    except (OSError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise UnreachableError(
            f"nothing answers at {url}: {reason}", "`roast serve` starts a server here"
        ) from None
    return _object(url, text)


def _refusal(url: str, status: int, text: bytes) -> MLError:
    """The error that an answer other than 200 stands for."""
    if status in _DENIED:
        return AccessDeniedError(f"{url} refuses the key (status {status})", "set ROAST_ENDPOINT_KEY")
    try:
        error = _object(url, text)["error"]
        rows = [
            RowProblem(row=row["row"], field=row["field"], reason=row["reason"], value=row.get("value"))
            for row in error["rows"]
        ]
        return RequestRefusedError(status, str(error["message"]), rows)
    except (MLError, LookupError, TypeError):
        return MLError(f"{url} failed with status {status}", "the server's log says why")


def _object(url: str, text: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise MLError(f"{url} did not answer in JSON", "is it this model's endpoint?")
    return answer
