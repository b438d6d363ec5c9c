"""A container as the restricted namespace admits it, and when Argo starts it again."""

from __future__ import annotations

from collections.abc import Sequence

from hera.workflows import ConfigMapEnv, Container, Env, Parameter, Resources, RetryStrategy
from hera.workflows import models as m

from roastery.components.argo.workflows.settings import INSIGHTS, SECRETS_PATH, RuntimeContext
from roastery.components.monitoring.drift import CONNECTION

TRANSIENT = 75  # EX_TEMPFAIL of sysexits.h: the same command may succeed later
HOUR = 3600

# An evicted pod fails without an exit code; only its message says why.
_EVICTED = "evict|Evict|low on resource|node shutdown|[Pp]reempt|pod deleted"
_RETRY_IF = " || ".join(
    [
        f"lastRetry.exitCode == '{TRANSIENT}'",
        "lastRetry.status == 'Error'",
        f"lastRetry.message matches '{_EVICTED}'",
    ]
)

# Name, path and volume of what containers may write to: the root file system is read-only.
SCRATCH = m.Volume(name="tmp", empty_dir=m.EmptyDirVolumeSource(size_limit=m.Quantity(root="2Gi")))

CONTAINER_SECURITY = m.SecurityContext(
    allow_privilege_escalation=False,
    privileged=False,
    read_only_root_filesystem=True,
    run_as_non_root=True,
    capabilities=m.Capabilities(drop=["ALL"]),
    seccomp_profile=m.SeccompProfile(type="RuntimeDefault"),
)
POD_SECURITY = m.PodSecurityContext(
    run_as_non_root=True,
    run_as_user=8737,
    run_as_group=8737,
    fs_group=8737,
    seccomp_profile=m.SeccompProfile(type="RuntimeDefault"),
)


def retries(limit: int = 3) -> RetryStrategy:
    """Retries transient failures only."""
    return RetryStrategy(
        limit=limit,
        # Always: the expression alone decides; the default policy would not retry errors of the executor.
        retry_policy="Always",
        expression=_RETRY_IF,
        backoff=m.Backoff(duration="60", factor=m.IntOrString(root=2), cap="900"),
    )


def secrets(runtime: RuntimeContext) -> m.Volume:
    """Secrets of Key Vault as files: they are never objects of the cluster."""
    return m.Volume(
        name="secrets",
        csi=m.CSIVolumeSource(
            driver="secrets-store.csi.k8s.io",
            read_only=True,
            volume_attributes={"secretProviderClass": runtime.secrets},
        ),
    )


def _insights(runtime: RuntimeContext) -> ConfigMapEnv:
    # From a config map: its value is an output of Application Insights, and manifests are plain values.
    return ConfigMapEnv(name=CONNECTION, config_map_name=runtime.telemetry, config_map_key=INSIGHTS)


def container(
    name: str,
    command: Sequence[str],
    runtime: RuntimeContext,
    *,
    inputs: Sequence[Parameter] = (),
    outputs: Sequence[Parameter] = (),
    env: dict[str, str] | None = None,
    memory: str = "512Mi",
    seconds: int = HOUR,
    retry: bool = True,
    reads_secrets: bool = False,
    mutex: str | None = None,
    writes_metrics: bool = False,
) -> Container:
    """A template of one container.

    Args:
        name: of the template.
        command: argument vector; a parameter is a whole argument, so that no shell interprets it.
        runtime: image and environment.
        inputs: parameters it takes.
        outputs: parameters it returns.
        env: more variables.
        memory: request and limit; jobs run in Azure ML, the container only waits for them.
        seconds: deadline; it also applies where another workflow refers to the template.
        retry: whether a transient failure is retried.
        reads_secrets: whether it mounts the secrets.
        writes_metrics: whether it gets the connection string for metrics.
        mutex: name of a mutex that it holds, across all workflows.
    """
    variables = {"HOME": "/tmp", **runtime.environment, **(env or {})}  # noqa: S108 - its own volume
    mounts = [m.VolumeMount(name="tmp", mount_path="/tmp")]  # noqa: S108
    if reads_secrets:
        mounts.append(m.VolumeMount(name="secrets", mount_path=SECRETS_PATH, read_only=True))
    return Container(
        name=name,
        image=runtime.image,
        command=list(command[:1]),
        args=list(command[1:]),
        inputs=list(inputs),
        outputs=list(outputs),
        env=[
            *(Env(name=key, value=value) for key, value in variables.items()),
            *([_insights(runtime)] if writes_metrics else []),
        ],
        resources=Resources(cpu_request="100m", cpu_limit="1", memory_request=memory, memory_limit=memory),
        security_context=CONTAINER_SECURITY,
        # On each template: another workflow that refers to it has its own defaults.
        pod_security_context=POD_SECURITY,
        volumes=[SCRATCH, secrets(runtime)] if reads_secrets else [SCRATCH],
        volume_mounts=mounts,
        active_deadline_seconds=seconds,
        retry_strategy=retries() if retry else None,
        synchronization=m.Synchronization(mutexes=[m.Mutex(name=mutex)]) if mutex else None,
        labels={"azure.workload.identity/use": "true"},
    )
