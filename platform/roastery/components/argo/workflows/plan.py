"""What workflows there are, in plain values: without Hera, which takes a second to import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from roastery.components.argo.workflows.settings import Job, RuntimeContext


@dataclass(frozen=True, kw_only=True)
class Source:
    """What is deployed, from where.

    Args:
        repository: HTTPS address of the Git repository.
        token_file: file of the secrets with a token that may read it.
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
class Chain:
    """Jobs in their order, and the output that names the new model.

    Args:
        jobs: each input is an output of a job before it.
        model: `<template>.<output>`; empty at run time if no model passed its gate.
    """

    jobs: Sequence[Job]
    model: str


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A template and when it starts.

    Args:
        template: the workflow template.
        schedule: five fields of cron.
        timezone: IANA name.
        reason: handed on as the parameter `reason`, if the template takes one.
        suspended: declared, but stands still: another clock starts the same.
    """

    template: str
    schedule: str
    timezone: str
    reason: str | None = None
    suspended: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is run, and when.

    Args:
        runtime: where.
        infra_runtime: where infrastructure is changed: as an account with far wider rights.
        source: what the infrastructure workflow deploys.
        chain: the jobs that make a model.
        clocks: what starts by the clock.
    """

    runtime: RuntimeContext
    infra_runtime: RuntimeContext
    source: Source
    chain: Chain
    clocks: Sequence[Clock] = ()
