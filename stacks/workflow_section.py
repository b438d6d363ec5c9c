"""The section `workflows` of a stack file: what Argo runs, when, and the names of its secrets."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AliasChoices, Field, model_validator

from roastery.domain import Cidr, Cron, HostName, Recurring, SecretName, StrictSettings, TimeZone


class WorkflowsSection(StrictSettings):
    """What Argo deploys and retrains, and when."""

    repository: Annotated[str, Field(pattern=r"^https://[^\s@]+$")] = Field(
        description="HTTPS address of this repository, as its webhook writes it; no credentials in it."
    )
    branch: Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w./-]*$")] = "main"
    state: Annotated[str, Field(pattern=r"^azblob://\S+$")] | None = Field(
        default=None,
        description="Pulumi's state, e.g. azblob://pulumi-state?storage_account=<account>; by default the "
        "store that roast bootstrap makes.",
    )
    page: Annotated[str, Field(pattern=r"^https://[^\s/]+$")] = Field(
        default="https://argo-workflows-server.argo.svc:2746",
        description="Argo's page, for links in notices.",
    )
    retrain: Recurring = Field(
        default="0 6 2 * *",
        description="Cron schedule of the retrain. Azure ML has to support it too: no months, and days of "
        "the month or of the week, not both.",
    )
    retrain_scheduler: Literal["argo", "azure_ml"] = Field(
        default="argo",
        validation_alias=AliasChoices("retrain_scheduler", "retrain_clock"),
        description="Whose schedule starts it; the other's is disabled. Azure ML's only submits the "
        "pipeline: docs/decisions/0014 says what is missing then.",
    )
    monitor: Cron = Field(default="0 5 * * *", description="Cron schedule of the daily drift check.")
    audit: Cron | None = Field(
        default=None,
        description="Cron schedule of the audit of what is deployed, by roast audit; off by default.",
    )
    timezone: TimeZone = Field(default="Etc/UTC", description="IANA name; of all schedules.")
    landing: Literal["queue", "event_hub"] = Field(
        default="queue",
        description="What carries Event Grid's events about new data. Argo Events up to 1.9.10 crashes on "
        "messages of Event Grid in an event hub; use event_hub once that is fixed.",
    )
    trigger: Literal["poll", "webhook"] = Field(
        default="poll",
        description="What starts a deployment after a push. poll: a schedule compares the branch with what "
        "is deployed; nothing is opened. webhook: the repository's host reports the push, through an ingress "
        "that you provide.",
    )
    poll: Cron = Field(default="7 * * * *", description="For trigger poll: cron schedule of the comparison.")
    push_senders: tuple[Cidr, ...] = Field(
        default=(), description="For trigger webhook: ranges from which pushes are reported."
    )
    ingress_namespace: str = Field(
        default="app-routing-system",
        description="For trigger webhook: namespace of the ingress in front of it.",
    )
    notices: Literal["monitor", "webhook"] = Field(
        default="monitor",
        description="How failures of workflows reach people. monitor: an alert of Azure Monitor, by mail, "
        "without a way to the Internet. webhook: a message to the address in notify_secret.",
    )
    notify_hosts: tuple[HostName, ...] = Field(
        default=(),
        description="For notices webhook behind the firewall: the host of the address in notify_secret, for "
        "example *.environment.api.powerplatform.com for a workflow of Teams.",
    )
    notify_secret: SecretName = Field(
        default="workflow-notify-url",
        description="For notices webhook: Key Vault secret with the address for failures.",
    )
    git_secret: SecretName = Field(
        default="git-token", description="Key Vault secret with a token for reading the repository."
    )
    push_secret: SecretName = Field(
        default="webhook-push-token",
        description="Key Vault secret with the bearer token of pushes.",
    )
    drift_secret: SecretName = Field(
        default="webhook-drift-token",
        description="Key Vault secret with the bearer token of drift reports.",
    )

    @model_validator(mode="after")
    def _used(self) -> Self:
        if self.notify_hosts and self.notices != "webhook":
            raise ValueError("notify_hosts is set, but notices monitor does not use it: remove it")
        if self.push_senders and self.trigger != "webhook":
            raise ValueError("push_senders is set, but trigger poll does not use it: remove it")
        if self.trigger == "webhook" and not self.push_senders:
            raise ValueError(
                "trigger webhook needs push_senders: the ranges from which pushes are reported, for example "
                "the inbound ones that Azure DevOps publishes for your region"
            )
        return self
