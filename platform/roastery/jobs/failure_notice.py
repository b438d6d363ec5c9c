"""`python -m roastery.jobs.failure_notice`: a failed workflow writes a metric, and an alert mails people.

It runs in the runner's image and needs no way to the Internet: Application Insights has a private endpoint.
Exit codes: 0 written, 75 try again later.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from roastery.components.monitoring.workflow_failures import FAILED
from roastery.jobs.errors import JobsError
from roastery.jobs.post import failure_reasons
from roastery.jobs.telemetry import Metric, send_metrics

_MAX_LENGTH = 1000  # characters; Application Insights cuts a property at 8192


def failure_metric(workflow: str, status: str, failures: str, link: str) -> Metric:
    """The metric of one failure.

    Args:
        workflow: its name.
        status: its phase.
        failures: Argo's `workflow.failures`.
        link: to the workflow's page.
    """
    reasons = "; ".join(failure_reasons(failures))[:_MAX_LENGTH]
    properties = {"workflow": workflow, "status": status, "reasons": reasons, "link": link}
    return Metric(name=FAILED, value=1, properties=properties)


def main(arguments: Sequence[str] | None = None) -> int:
    """Parses, writes, and returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m roastery.jobs.failure_notice")
    for flag in ("--workflow", "--status", "--failures", "--link"):
        parser.add_argument(flag, required=True)
    options = parser.parse_args(arguments)
    metric = failure_metric(options.workflow, options.status, options.failures, options.link)
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - seconds to import

    try:
        send_metrics([metric], DefaultAzureCredential(), print)
    except JobsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the log of the pod
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
