"""Addresses of data, models and code, in the forms that Azure ML reads.

Source: learn.microsoft.com, "CLI (v2) core YAML syntax", "Create data assets" and "Work with models"; the
patterns of azure-ai-ml 1.35, `constants/_common.py` (2026-12-01).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.schema.validate import Problem

_SCHEMES = re.compile(
    r"(azureml|https?|abfss?|wasbs?|adl|hdfs|runs|mlflow|dbfs|s3|gs|file)(:|$)", re.IGNORECASE
)
_REMOTE = re.compile(
    r"https?://[^/\s]+(/.*)?|abfss?://[^@/\s]+@[^/\s]+(/.*)?|wasbs?://[^@/\s]+@[^/\s]+(/.*)?|adl://[^/\s]+/.*",
    re.IGNORECASE,
)
_ASSET = re.compile(r"azureml:(/subscriptions/\S+|[\w.-]+:[\w.-]+|[\w.-]+@\w+|[\w.-]+)")
_LONG = (
    r"subscriptions/[^/]+/resource[gG]roups/[^/]+/(providers/[\w.]+/)?workspaces/[^/]+"
    r"|locations/[^/]+/workspaces/[^/]+"
)
_AZUREML = re.compile(
    rf"azureml://(({_LONG})/)?(datastores/[^/]+(/paths/.*|/ExperimentRun/.*)"
    r"|(data|models|environments|components|codes)/[^/]+/(versions|labels)/[^/]+(/.*)?)"
    r"|azureml://(jobs|artifacts|ExperimentRun|registries|feeds)/.+"
)


def problems(uri: str, path: str, *, assets: bool = True, runs: bool = False) -> Iterator[Problem]:
    """What is wrong with the address.

    Args:
        uri: the address.
        path: of the property.
        assets: whether it can name an asset: `azureml:<name>:<version>` or an ARM id.
        runs: whether it can name the artifact of an MLflow run: `runs:/…`.
    """
    if uri.startswith("/subscriptions/") and assets:
        return
    scheme = _SCHEMES.match(uri)
    if scheme is None or scheme[1].lower() == "file":
        yield Problem(
            path,
            f"{uri!r:.80} is not an address that Azure ML reads: ARM uploads nothing; use "
            "azureml://datastores/"
            "<name>/paths/<path>, https://, abfss:// or wasbs://",
        )
    elif scheme[1].lower() == "azureml" and not uri.startswith("azureml://"):
        if not assets or not _ASSET.fullmatch(uri):
            yield Problem(path, f"{uri!r:.80} is not of the form azureml:<name>:<version>")
    elif scheme[1].lower() == "azureml" and not _AZUREML.fullmatch(uri):
        yield Problem(path, f"{uri!r:.80} is not of the form azureml://datastores/<name>/paths/<path>")
    elif scheme[1].lower() in {"https", "http", "abfs", "abfss", "wasb", "wasbs"} and not _REMOTE.fullmatch(
        uri
    ):
        form = (
            "https://<host>/<path>"
            if scheme[1].lower().startswith("http")
            else (f"{scheme[1]}://<container>@<account>.<host>/<path>")
        )
        yield Problem(path, f"{uri!r:.80} is not of the form {form}")
    elif scheme[1].lower() in {"runs", "mlflow"} and not runs:
        yield Problem(path, f"{uri!r:.80}: {scheme[1]}: goes with models only")
