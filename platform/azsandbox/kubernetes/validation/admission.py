"""Pod security admission: what a namespace's level forbids in a pod.

A pod that violates the enforced level is refused; a workload is only warned about, and its pods are refused
later. Source: k8s.io/pod-security-admission 0.37.2, policy/check_*.go and admission/admission.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.kubernetes.validation.field import Field

_PREFIX = "pod-security.kubernetes.io/"
_LEVELS = ("privileged", "baseline", "restricted")
_CAPABILITIES = frozenset(
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE",
        "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ]
)  # fmt: skip
_SYSCTLS = frozenset(
    [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_wmem", "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat",
    ]
)  # fmt: skip
_SE_LINUX = frozenset({"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"})
_VOLUMES = frozenset(
    [
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim",
        "projected", "secret",
    ]
)  # fmt: skip


def level(labels: Field, mode: str) -> str:
    """The level of a namespace for `enforce` or `warn`; a stricter enforced level is also warned about."""
    value = labels.key(f"{_PREFIX}{mode}").text
    if not value and mode == "warn":
        value = labels.key(f"{_PREFIX}enforce").text
    return value if value in _LEVELS else "privileged"


def violations(spec: Field, required: str) -> list[str]:
    """What a pod's specification has that the level forbids."""
    if required == "privileged" or not isinstance(spec.value, dict):
        return []
    reasons = list(_baseline(spec))
    if required == "restricted":
        reasons += _restricted(spec)
    return reasons


def _containers(spec: Field) -> list[Field]:
    return [*spec["initContainers"].items(), *spec["containers"].items()]


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _where(spec: Field, *path: str) -> Iterator[tuple[str, Field]]:
    """A field of the security contexts of the pod and its containers."""
    for title, owner in [("pod", spec), *((f'container "{c["name"].text}"', c) for c in _containers(spec))]:
        field = owner["securityContext"]
        for name in path:
            field = field[name]
        if field.present and not field.unknown:
            yield title, field


def _baseline(spec: Field) -> Iterator[str]:
    yield from _host(spec)
    for container in _containers(spec):
        yield from _unconfined(container, spec)
    yield from _options(spec)


def _host(spec: Field) -> Iterator[str]:
    shared = [f"{name}=true" for name in ("hostNetwork", "hostPID", "hostIPC") if spec[name].on]
    if shared:
        yield f"host namespaces ({', '.join(shared)})"
    volumes = [volume["name"].text for volume in spec["volumes"].items() if volume["hostPath"].present]
    if volumes:
        yield f"hostPath volumes (volume {_listed(volumes)})"


def _unconfined(container: Field, spec: Field) -> Iterator[str]:
    name, context = container["name"].text, container["securityContext"]
    if context["privileged"].on:
        yield f'privileged (container "{name}" must not set securityContext.privileged=true)'
    added = sorted(set(context["capabilities"]["add"].texts()) - _CAPABILITIES)
    if added:
        yield (
            f'non-default capabilities (container "{name}" must not include {_listed(added)} '
            f"in securityContext.capabilities.add)"
        )
    ports = [port["hostPort"].number for port in container["ports"].items() if port["hostPort"].number]
    if ports:
        yield f'hostPort (container "{name}" uses hostPort {", ".join(map(str, ports))})'
    if context["procMount"].text == "Unmasked" and spec["hostUsers"].value is not False:
        yield f'procMount (container "{name}" must not set securityContext.procMount to "Unmasked")'


def _options(spec: Field) -> Iterator[str]:
    for title, profile in _where(spec, "seccompProfile", "type"):
        if profile.text == "Unconfined":
            yield f'seccompProfile ({title} must not set securityContext.seccompProfile.type to "Unconfined")'
    for title, profile in _where(spec, "appArmorProfile", "type"):
        if profile.text == "Unconfined":
            yield f'forbidden AppArmor profile ({title} must not set AppArmor profile type to "Unconfined")'
    for title, process in _where(spec, "windowsOptions", "hostProcess"):
        if process.on:
            yield f"hostProcess ({title} must not set securityContext.windowsOptions.hostProcess=true)"
    for title, options in _where(spec, "seLinuxOptions"):
        if options["type"].text not in _SE_LINUX or options["user"].text or options["role"].text:
            yield f"seLinuxOptions ({title} set forbidden securityContext.seLinuxOptions)"
    sysctls = [item["name"].text for item in spec["securityContext"]["sysctls"].items()]
    if set(sysctls) - _SYSCTLS - {""}:
        yield f"forbidden sysctls ({', '.join(sorted(set(sysctls) - _SYSCTLS))})"


def _restricted(spec: Field) -> Iterator[str]:
    kinds = {
        kind for volume in spec["volumes"].items() for kind, value in volume.entries()
        if kind != "name" and value.present
    }  # fmt: skip
    if kinds - _VOLUMES:
        yield f"restricted volume types ({_listed(sorted(kinds - _VOLUMES))})"
    windows = spec["os"]["name"].text == "windows"
    whole = spec["securityContext"]
    for container in _containers(spec):
        name, context = container["name"].text, container["securityContext"]
        escalation = context["allowPrivilegeEscalation"]
        if not windows and escalation.value is not False and not escalation.unknown:
            yield (
                f'allowPrivilegeEscalation != false (container "{name}" must set '
                f"securityContext.allowPrivilegeEscalation=false)"
            )
        dropped, added = context["capabilities"]["drop"], context["capabilities"]["add"]
        if not windows and "ALL" not in dropped.texts() and not dropped.unknown:
            yield (
                f'unrestricted capabilities (container "{name}" must set '
                f'securityContext.capabilities.drop=["ALL"])'
            )
        elif set(added.texts()) - {"NET_BIND_SERVICE"}:
            yield (
                f'unrestricted capabilities (container "{name}" must not include '
                f"{_listed(added.texts())} in securityContext.capabilities.add)"
            )
        root = context["runAsNonRoot"] if context["runAsNonRoot"].present else whole["runAsNonRoot"]
        if not root.on and not root.unknown:
            yield (
                f'runAsNonRoot != true (pod or container "{name}" must set securityContext.runAsNonRoot=true)'
            )
        profile = context["seccompProfile"] if context["seccompProfile"].present else whole["seccompProfile"]
        if not windows and not profile.present:
            yield (
                f'seccompProfile (pod or container "{name}" must set '
                f'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'
            )
    for title, user in _where(spec, "runAsUser"):
        if user.number == 0:
            yield f"runAsUser=0 ({title} must not set runAsUser=0)"
