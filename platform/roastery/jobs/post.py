"""`python -m roastery.jobs.post`: a workflow posts a notice to people, or an event to a webhook.

It runs in the runner's image. Addresses and tokens come from files and appear in no message and no argument.
Exit codes: 0 delivered, 75 try again later, 77 the token is refused, 2 a setting is wrong, 1 refused.
"""

from __future__ import annotations

import argparse
import json
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from roastery.jobs.errors import DENIED, AuthorizationError, JobsError, TransientError, UsageError

_SECONDS = 20
_BUSY = (408, 425, 429)  # answers that ask to try again later
_MAX_LENGTH = 2000  # characters of a failure's message; chat services cut or refuse longer ones


def notice(workflow: str, status: str, failures: str, link: str) -> dict[str, Any]:
    """A message for a Teams-like webhook: an adaptive card, with its text once more for simpler ones.

    Args:
        workflow: its name.
        status: its phase.
        failures: Argo's `workflow.failures`: a JSON list, which Argo quotes once more as a string.
        link: to the workflow's page.
    """
    lines = [f"Workflow {workflow}: {status}", *failure_reasons(failures)]
    text = "\n".join(lines)[:_MAX_LENGTH]
    card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "body": [{"type": "TextBlock", "text": text, "wrap": True}],
        "actions": [{"type": "Action.OpenUrl", "title": "Open workflow", "url": link}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "text": f"{text}\n{link}", "attachments": [attachment]}


def failure_reasons(failures: str) -> list[str]:
    """A line per failed step.

    Args:
        failures: Argo's `workflow.failures`, as for `notice`.
    """
    return [
        f"{failure.get('displayName')}: {failure.get('message') or failure.get('phase')}"
        for failure in _parse_failures(failures)
    ]


def _parse_failures(failures: str) -> list[dict[str, Any]]:
    parsed: Any = failures
    while isinstance(parsed, str):
        try:
            parsed = json.loads(parsed)
        except json.JSONDecodeError:
            return [{"displayName": "failure", "message": parsed}] if parsed else []
    return [failure for failure in parsed if isinstance(failure, dict)] if isinstance(parsed, list) else []


def event(kind: str, data: str) -> dict[str, Any]:
    """The body of an event for our own webhook.

    Raises:
        UsageError: the data is not a JSON object.
    """
    try:
        content = json.loads(data)
    except json.JSONDecodeError:
        content = None
    if not isinstance(content, dict):
        raise UsageError("--data: is not a JSON object", 'such as {"model": "m:3"}')
    return {"type": kind, "data": content}


def send(url: str, body: dict[str, Any], token: str | None = None) -> None:
    """Sends the body as JSON.

    Raises:
        UsageError: the address is not a web address.
        TransientError: the receiver is unreachable, slow or busy.
        AuthorizationError: it refuses the token.
        JobsError: it refuses the body.
    """
    scheme = url.partition("://")[0]
    if scheme not in ("https", "http"):
        raise UsageError("the address to post to is neither https nor http")
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        url, json.dumps(body).encode(), headers, method="POST"
    )
    try:
        with urllib.request.urlopen(  # noqa: S310
            request, timeout=_SECONDS, context=ssl.create_default_context() if scheme == "https" else None
        ):
            return
    except urllib.error.HTTPError as error:
        error.close()
        raise _refusal(error.code) from None
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        # The reason, not the error: its text may hold the address, which is a secret.
        raise TransientError(f"the receiver can't be reached: {type(error).__name__}") from None


def _refusal(status: int) -> JobsError:
    message = f"the receiver answered {status}"
    if status in _BUSY or status >= 500:  # noqa: PLR2004
        return TransientError(message, "try again later")
    if status in DENIED:
        return AuthorizationError(message, "check the token, or the address if it holds the secret")
    return JobsError(message, "check the address")


def main(arguments: Sequence[str] | None = None) -> int:
    """Parses, posts, and returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.what == "notice":
            body = notice(options.workflow, options.status, options.failures, options.link)
            send(_read_secret(options.to_file), body)
        else:
            send(options.to, event(options.type, options.data), _read_secret(options.token_file))
    except JobsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the log of the pod
        return error.exit_code
    return 0


def _read_secret(path: Path) -> str:
    try:
        content = path.read_text(encoding="utf-8").strip()
    except OSError:
        content = ""
    if not content:
        raise UsageError(f"the secret {path.name} is missing or empty", f"write it to {path.parent}")
    return content


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m roastery.jobs.post")
    commands = parser.add_subparsers(dest="what", required=True)
    notice_options = commands.add_parser("notice")
    notice_options.add_argument("--to-file", type=Path, required=True)
    for flag in ("--workflow", "--status", "--failures", "--link"):
        notice_options.add_argument(flag, required=True)
    event_options = commands.add_parser("event")
    event_options.add_argument("--token-file", type=Path, required=True)
    for flag in ("--to", "--type", "--data"):
        event_options.add_argument(flag, required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
