"""Posts a Markdown file as a comment on the pipeline's pull request, or updates its earlier comment.

`python3 .ci/comment.py NAME FILE`, on GitHub (GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY, PULL_REQUEST)
or Azure DevOps (SYSTEM_ACCESSTOKEN and the SYSTEM_* and BUILD_* variables that every job has). It uses the
standard library only, since the job that has the token installs nothing.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_TIMEOUT = 30
_PAGE = 100
# GitHub allows 65,536 characters in a comment, Azure DevOps 150,000.
_MAX_CHARACTERS = 60_000
_SHORTENED = "**Shortened: the whole report is in this run's summary.**\n\n"


class CommentError(Exception):
    """The comment was not posted; the message says why."""


class GitHub:
    """Comments of a pull request on GitHub."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        repository = f"{environment['GITHUB_API_URL']}/repos/{environment['GITHUB_REPOSITORY']}"
        self._thread = f"{repository}/issues/{environment['PULL_REQUEST']}/comments"
        self._comments = f"{repository}/issues/comments"
        self._token = environment["GITHUB_TOKEN"]

    def post(self, marker: str, text: str) -> None:
        """Updates the comment that contains the marker, or creates one."""
        page = 1
        while comments := _call("GET", f"{self._thread}?per_page={_PAGE}&page={page}", self._token):
            for comment in comments:
                if marker in comment["body"]:
                    _call("PATCH", f"{self._comments}/{comment['id']}", self._token, {"body": text})
                    return
            page += 1
        _call("POST", self._thread, self._token, {"body": text})


class AzureDevOps:
    """Threads of a pull request in Azure Repos."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._threads = (
            f"{environment['SYSTEM_COLLECTIONURI']}{environment['SYSTEM_TEAMPROJECTID']}/_apis/git/repositories/"
            f"{environment['BUILD_REPOSITORY_ID']}/pullRequests/"
            f"{environment['SYSTEM_PULLREQUEST_PULLREQUESTID']}/threads"
        )
        self._token = environment["SYSTEM_ACCESSTOKEN"]

    def post(self, marker: str, text: str) -> None:
        """Updates the thread that contains the marker, or creates one."""
        version = "?api-version=7.1"
        for thread in _call("GET", self._threads + version, self._token)["value"]:
            first = thread["comments"][0]
            if marker in (first.get("content") or ""):
                address = f"{self._threads}/{thread['id']}/comments/{first['id']}{version}"
                _call("PATCH", address, self._token, {"content": text})
                return
        comment = {"parentCommentId": 0, "content": text, "commentType": "text"}
        # Closed, so that a branch policy that requires resolved comments is not blocked.
        _call("POST", self._threads + version, self._token, {"comments": [comment], "status": "closed"})


def _call(method: str, address: str, token: str, body: Mapping[str, Any] | None = None) -> Any:
    if not address.startswith(("https://", "http://127.0.0.1:")):
        raise CommentError(f"{address} is not https")
    request = urllib.request.Request(  # noqa: S310 - checked above
        address,
        data=json.dumps(body).encode() if body is not None else None,
        method=method,
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310 - checked above
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise CommentError(f"{method} {address} failed with status {error.code} {error.reason}") from None
    except OSError as error:
        raise CommentError(f"{method} {address} failed: {error}") from None


def main(name: str, file: str, environment: Mapping[str, str]) -> None:
    """Posts the file under its name.

    Raises:
        CommentError: the file can't be read, a variable is missing, or the request failed.
    """
    try:
        text = Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise CommentError(f"{file} can't be read: {error.strerror}") from None
    marker = f"<!-- roastery: {name} -->"
    service_class = AzureDevOps if "SYSTEM_COLLECTIONURI" in environment else GitHub
    try:
        service = service_class(environment)
    except KeyError as error:
        variable = error.args[0]
        raise CommentError(f"{variable} is not set: run this in a pull request's pipeline") from None
    service.post(marker, f"{marker}\n{_fit(text)}")


def _fit(text: str) -> str:
    """The text, shortened at the end of a line if it is too long for a comment, with a note at its top."""
    if len(text) <= _MAX_CHARACTERS:
        return text
    return _SHORTENED + text[:_MAX_CHARACTERS].rpartition("\n")[0] + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 3:  # noqa: PLR2004 - the script, a name and a file
        sys.exit("usage: comment.py NAME FILE")
    try:
        main(*sys.argv[1:], os.environ)
    except CommentError as error:
        sys.exit(f"error: {error}")
