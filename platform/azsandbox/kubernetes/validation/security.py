"""Security contexts of pods and containers.

Source: kubernetes pkg/apis/core/validation/validation.go (ValidateSecurityContext,
validatePodSpecSecurityContext).
"""

from __future__ import annotations

import re

from azsandbox.kubernetes.validation import names
from azsandbox.kubernetes.validation.field import Field, Problems, distinct

_LARGEST_ID = 2**31 - 1
_SYSCTL = re.compile(r"([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?")
_SYSCTL_LENGTH = 253
_PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")
_USER_CHARACTERS = re.compile(r'["/\\:;|=,+*?<>@\[\]]')


def container(field: Field, spec: Field) -> Problems:
    """The security context of a container."""
    if not isinstance(field.value, dict):
        return
    for name in ("runAsUser", "runAsGroup"):
        yield from field[name].between(0, _LARGEST_ID)
    mount = field["procMount"]
    if mount.is_text and mount.text not in {"Default", "Unmasked"}:
        yield mount.unsupported(("Default", "Unmasked"))
    users = spec["hostUsers"]
    if mount.text == "Unmasked" and not users.unknown and users.value is not False:
        yield mount.invalid("`hostUsers` must be false to use `Unmasked`")
    yield from _profiles(field)
    if field["allowPrivilegeEscalation"].value is False:
        if field["privileged"].on:
            yield field.invalid("cannot set `allowPrivilegeEscalation` to false and `privileged` to true")
        if "CAP_SYS_ADMIN" in field["capabilities"]["add"].texts():
            yield field.invalid(
                "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
            )
    yield from _windows(field["windowsOptions"], spec)


def _profiles(field: Field) -> Problems:
    yield from _profile(field["seccompProfile"], "seccomp", "seccompProfile")
    yield from _profile(field["appArmorProfile"], "AppArmor", "appArmorProfile")


def _profile(field: Field, name: str, title: str) -> Problems:
    if not isinstance(field.value, dict):
        return
    kind, local = field["type"], field["localhostProfile"]
    yield from kind.choice(_PROFILES, f"type is required when {title} is set")
    if kind.text == "Localhost":
        if not local.present or (local.empty and name == "AppArmor"):
            yield local.required(f"must be set when {name} type is Localhost")
        elif name == "seccomp":
            yield from local.matches(names.local_path)
        elif local.text != local.text.strip():
            yield local.invalid("must not be padded with whitespace")
    elif kind.text and local.present:
        yield local.invalid(f"can only be set when {name} type is Localhost")


def _windows(field: Field, spec: Field) -> Problems:
    if not field.present:
        return
    if spec["os"]["name"].text == "linux":
        yield field.forbidden("windows options cannot be set for a linux pod")
    yield from field["gmsaCredentialSpecName"].matches(names.dns_subdomain)
    user = field["runAsUserName"]
    if user.is_text:
        domain, _, name = user.text.rpartition("\\")
        if not user.text:
            yield user.invalid("runAsUserName cannot be an empty string")
        elif "\\" in domain:
            yield user.invalid("runAsUserName cannot contain more than one backslash")
        elif not name:
            yield user.invalid("runAsUserName's User cannot be empty")
        elif _USER_CHARACTERS.search(name):
            yield user.invalid(
                "runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]"
            )


def pod(field: Field, spec: Field) -> Problems:
    """The security context of a pod."""
    if not isinstance(field.value, dict):
        return
    for name in ("fsGroup", "runAsUser", "runAsGroup"):
        yield from field[name].between(0, _LARGEST_ID)
    for group in field["supplementalGroups"].items():
        yield from group.between(0, _LARGEST_ID)
    for name, options in (
        ("fsGroupChangePolicy", ("Always", "OnRootMismatch")),
        ("supplementalGroupsPolicy", ("Merge", "Strict")),
        ("seLinuxChangePolicy", ("MountOption", "Recursive")),
    ):
        if field[name].is_text and field[name].text not in options:
            yield field[name].unsupported(options)
    yield from _sysctls(field["sysctls"], spec)
    yield from _profiles(field)
    yield from _windows(field["windowsOptions"], spec)


def _sysctls(field: Field, spec: Field) -> Problems:
    for sysctl in field.items():
        name = sysctl["name"]
        if name.empty:
            yield name.required()
        elif name.text and (len(name.text) > _SYSCTL_LENGTH or not _SYSCTL.fullmatch(name.text)):
            yield name.invalid(
                f"must have at most {_SYSCTL_LENGTH} characters and match regex ^{_SYSCTL.pattern}$"
            )
        dotted = name.text.replace("/", ".")
        if spec["hostNetwork"].on and dotted.startswith("net."):
            yield name.invalid("may not be specified when 'hostNetwork' is true")
        if spec["hostIPC"].on and dotted.startswith(("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")):
            yield name.invalid("may not be specified when 'hostIPC' is true")
    yield from distinct(sysctl["name"] for sysctl in field.items())


def system(spec: Field) -> Problems:
    """The operating system and what does not go with it."""
    name = spec["os"]["name"]
    if isinstance(spec["os"].value, dict):
        yield from name.choice(("linux", "windows"))
    if name.text == "windows":
        yield from _not_for_windows(spec, ("hostUsers", "hostPID", "hostIPC", "shareProcessNamespace"))
        pod_only = ("fsGroup", "fsGroupChangePolicy", "sysctls", "supplementalGroups", "seLinuxOptions")
        yield from _not_for_windows(
            spec["securityContext"],
            (*pod_only, "seccompProfile", "runAsUser", "runAsGroup", "appArmorProfile"),
        )
        both = (
            "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem",
            "privileged", "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup",
        )  # fmt: skip
        for container_ in [*spec["containers"].items(), *spec["initContainers"].items()]:
            yield from _not_for_windows(container_["securityContext"], both)


def _not_for_windows(field: Field, fields: tuple[str, ...]) -> Problems:
    for name in fields:
        if field[name].present and field[name].value is not False and not field[name].unknown:
            yield field[name].forbidden("cannot be set for a windows pod")
