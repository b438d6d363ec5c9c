"""The section `workflows` of a stack file: what Argo runs, when, and the names of its secrets."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from roastery.domain import Cron, Recurring, SecretName, Settings, TimeZone


class Workflows(Settings):
    """What Argo deploys and retrains, and when."""

    repository: Annotated[str, Field(pattern=r"^https://[^\s@]+$")] = Field(
        description="HTTPS address of this repository, as its webhook writes it; no credentials in it."
    )
    branch: Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w./-]*$")] = "main"
    state: Annotated[str, Field(pattern=r"^azblob://\S+$")] = Field(
        description="Pulumi's state, e.g. azblob://pulumi-state?storage_account=<account>."
    )
    page: Annotated[str, Field(pattern=r"^https://[^\s/]+$")] = Field(
        default="https://argo-workflows-server.argo.svc:2746",
        description="Argo's page, for links in notices.",
    )
    retrain: Recurring = Field(
        default="0 6 2 * *",
        description="Cron schedule of the retrain, such that Azure ML can say it too: no months, and days of "
        "the month or of the week, not both.",
    )
    retrain_clock: Literal["argo", "azure_ml"] = Field(
        default="argo",
        description="Whose clock starts it; the other's stands by. Azure ML's only submits the pipeline: "
        "the decision on two clocks says what is missing then.",
    )
    monitor: Cron = Field(default="0 5 * * *", description="Cron schedule of the daily look for drift.")
    timezone: TimeZone = Field(default="Etc/UTC", description="IANA name; both clocks follow it.")
    landing: Literal["queue", "event_hub"] = Field(
        default="queue",
        description="What carries Event Grid's report of new data. Argo Events up to 1.9.10 dies on what "
        "Event Grid puts into an event hub; take event_hub once that is mended.",
    )
    ingress_namespace: str = Field(
        default="app-routing-system", description="Where the ingress is that admits the push webhook."
    )
    notify_secret: SecretName = Field(
        default="workflow-notify-url", description="Key Vault secret with the address failures are posted to."
    )
    git_secret: SecretName = Field(
        default="git-token", description="Key Vault secret with a token that may read the repository."
    )
    push_secret: SecretName = Field(
        default="webhook-push-token", description="Key Vault secret that the sender of pushes presents."
    )
    drift_secret: SecretName = Field(
        default="webhook-drift-token", description="Key Vault secret that a report of drift presents."
    )
