"""Posts a Markdown file to the pull request that this pipeline runs for, or renews what it posted before.

`python3 .ci/comment.py NAME FILE`, on GitHub (GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY, PULL_REQUEST)
or Azure DevOps (SYSTEM_ACCESSTOKEN and the SYSTEM_* and BUILD_* variables that every job has). Standard
library only: the job that holds the token installs nothing.
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

_SECONDS = 30
_PAGE = 100
# GitHub takes 65,536 characters in a comment, Azure DevOps 150,000.
_MOST = 60_000
_CUT = "**Shortened: the whole report is in this run's summary.**\n\n"


class CommentError(Exception):
    """Why nothing was posted."""


class GitHub:
    """Comments of a pull request on GitHub."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        repository = f"{environment['GITHUB_API_URL']}/repos/{environment['GITHUB_REPOSITORY']}"
        self._thread = f"{repository}/issues/{environment['PULL_REQUEST']}/comments"
        self._comments = f"{repository}/issues/comments"
        self._token = environment["GITHUB_TOKEN"]

    def post(self, marker: str, text: str) -> None:
        """Renews the comment that carries the marker, or makes one."""
        page = 1
        while found := _call("GET", f"{self._thread}?per_page={_PAGE}&page={page}", self._token):
            for comment in found:
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
        """Renews the thread that carries the marker, or makes one."""
        version = "?api-version=7.1"
        for thread in _call("GET", self._threads + version, self._token)["value"]:
            first = thread["comments"][0]
            if marker in (first.get("content") or ""):
                where = f"{self._threads}/{thread['id']}/comments/{first['id']}{version}"
                _call("PATCH", where, self._token, {"content": text})
                return
        comment = {"parentCommentId": 0, "content": text, "commentType": "text"}
        # Closed: it informs, and holds up no policy that asks for resolved comments.
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
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - checked above
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise CommentError(f"{method} {address} was answered {error.code} {error.reason}") from None
    except OSError as error:
        raise CommentError(f"{method} {address} was not answered: {error}") from None


def main(name: str, file: str, environment: Mapping[str, str]) -> None:
    """Posts the file under its name.

    Raises:
        CommentError: there is nothing to post, or the service refused.
    """
    try:
        text = Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise CommentError(f"{file} can't be read: {error.strerror}") from None
    marker = f"<!-- roastery: {name} -->"
    kind = AzureDevOps if "SYSTEM_COLLECTIONURI" in environment else GitHub
    try:
        service = kind(environment)
    except KeyError as error:
        raise CommentError(f"{error.args[0]} is not set: this is for a pipeline of a pull request") from None
    service.post(marker, f"{marker}\n{_fitting(text)}")


def _fitting(text: str) -> str:
    """The text, or as many whole lines of it as a comment takes, which then says so."""
    if len(text) <= _MOST:
        return text
    return _CUT + text[:_MOST].rpartition("\n")[0] + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 3:  # noqa: PLR2004 - the script, a name and a file
        sys.exit("usage: comment.py NAME FILE")
    try:
        main(*sys.argv[1:], os.environ)
    except CommentError as error:
        sys.exit(f"error: {error}")
