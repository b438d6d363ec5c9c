"""The workflows of a stack as plain values, without Hera, which takes a second to import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from roastery.components.argo.workflows.settings import Job, RuntimeContext


@dataclass(frozen=True, kw_only=True)
class DeploymentSource:
    """What the infrastructure workflow deploys, from where.

    Args:
        repository: HTTPS address of the Git repository.
        token_file: file of the secrets with a token for reading it.
        stack: Pulumi stack.
        backend: Pulumi's state, e.g. `azblob://pulumi?storage_account=...`.
        subscription, tenant: of the stack.
    """

    repository: str
    token_file: str
    stack: str
    backend: str
    subscription: str
    tenant: str


@dataclass(frozen=True, kw_only=True)
class JobChain:
    """Jobs in their order, and the output that names the new model.

    Args:
        jobs: each input is an output of a job before it.
        model: `<template>.<output>`; empty at run time if no model passed its gate.
    """

    jobs: Sequence[Job]
    model: str


@dataclass(frozen=True, kw_only=True)
class CronSchedule:
    """When a workflow template is started.

    Args:
        template: the workflow template.
        cron: cron expression of five fields.
        timezone: IANA name.
        arguments: parameters of the template.
        account: service account, if it is not that of the other workflows.
        suspended: declared, but starts nothing: another scheduler starts the same.
    """

    template: str
    cron: str
    timezone: str
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    account: str | None = None
    suspended: bool = False


@dataclass(frozen=True, kw_only=True)
class WorkflowPlan:
    """Which workflows there are, and when they are started.

    Args:
        runtime: where they run.
        infra_runtime: where the infrastructure workflow runs: as an account with far wider rights.
        source: what the infrastructure workflow deploys.
        chain: the jobs that train a model.
        schedules: of workflows that are started by time.
    """

    runtime: RuntimeContext
    infra_runtime: RuntimeContext
    source: DeploymentSource
    chain: JobChain
    schedules: Sequence[CronSchedule] = ()
