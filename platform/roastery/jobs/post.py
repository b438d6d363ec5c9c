"""`python -m roastery.jobs.post`: what a workflow tells the outside, a notice to people or an event.

It runs in the runner's image. Addresses and tokens come from files and appear in no message and no argument.
Exit codes: 0 delivered, 75 try again, 1 refused for good.
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

from roastery.errors import RoasteryError

TRANSIENT = 75
_SECONDS = 20
_BUSY = (408, 425, 429)  # answers that say: later
_LONGEST = 2000  # characters of a failure's message; chat services cut or refuse longer ones


class PostError(RoasteryError):
    """It could not be delivered."""


class LaterError(PostError):
    """It could not be delivered now."""

    exit_code = TRANSIENT


def notice(workflow: str, status: str, failures: str, link: str) -> dict[str, Any]:
    """A message for a Teams-like webhook: an adaptive card, with its text once more for simpler ones.

    Args:
        workflow: its name.
        status: its phase.
        failures: Argo's `workflow.failures`: a JSON list, which Argo quotes once more as a string.
        link: to its page.
    """
    reasons = [
        f"{one.get('displayName')}: {one.get('message') or one.get('phase')}" for one in _list(failures)
    ]
    lines = [f"Workflow {workflow}: {status}", *reasons]
    text = "\n".join(lines)[:_LONGEST]
    card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "body": [{"type": "TextBlock", "text": text, "wrap": True}],
        "actions": [{"type": "Action.OpenUrl", "title": "Open workflow", "url": link}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "text": f"{text}\n{link}", "attachments": [attachment]}


def _list(failures: str) -> list[dict[str, Any]]:
    found: Any = failures
    while isinstance(found, str):
        try:
            found = json.loads(found)
        except json.JSONDecodeError:
            return [{"displayName": "failure", "message": found}] if found else []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def event(kind: str, data: str) -> dict[str, Any]:
    """The body of an event for our own webhook.

    Raises:
        PostError: the data is no JSON object.
    """
    try:
        content = json.loads(data)
    except json.JSONDecodeError:
        content = None
    if not isinstance(content, dict):
        raise PostError("the event's data is no JSON object")
    return {"type": kind, "data": content}


def post(url: str, body: dict[str, Any], token: str | None = None) -> None:
    """Sends the body as JSON.

    Raises:
        LaterError: the other side is away, slow or busy.
        PostError: it refused.
    """
    scheme = url.partition("://")[0]
    if scheme not in ("https", "http"):
        raise PostError("the address to post to is neither https nor http")
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
        kind = LaterError if error.code in _BUSY or error.code >= 500 else PostError  # noqa: PLR2004
        raise kind(f"the other side answered {error.code}") from None
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        # The reason, not the error: its text may hold the address, which is a secret.
        raise LaterError(f"the other side can't be reached: {type(error).__name__}") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Parses, posts, and returns the exit code."""
    given = _parser().parse_args(arguments)
    try:
        if given.what == "notice":
            body = notice(given.workflow, given.status, given.failures, given.link)
            post(_secret(given.to_file), body)
        else:
            post(given.to, event(given.type, given.data), _secret(given.token_file))
    except PostError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the log of the pod
        return error.exit_code
    return 0


def _secret(path: Path) -> str:
    try:
        content = path.read_text(encoding="utf-8").strip()
    except OSError:
        content = ""
    if not content:
        raise PostError(f"the secret {path.name} is missing or empty", f"it belongs in {path.parent}")
    return content


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m roastery.jobs.post")
    commands = parser.add_subparsers(dest="what", required=True)
    to_people = commands.add_parser("notice")
    to_people.add_argument("--to-file", type=Path, required=True)
    for flag in ("--workflow", "--status", "--failures", "--link"):
        to_people.add_argument(flag, required=True)
    to_sensors = commands.add_parser("event")
    to_sensors.add_argument("--token-file", type=Path, required=True)
    for flag in ("--to", "--type", "--data"):
        to_sensors.add_argument(flag, required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
