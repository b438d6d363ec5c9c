"""What Compute refuses."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_WINDOWS_NAME = 15
_LINUX_NAME = 64


def _profile(inputs: Values) -> Values:
    profile = inputs.get("osProfile")
    return profile if isinstance(profile, dict) else {}


def host_name_fits(inputs: Values) -> Iterator[Problem]:
    name = _profile(inputs).get("computerName")
    if isinstance(name, str) and len(name) > _LINUX_NAME:
        yield Problem(
            "osProfile.computerName",
            f"{name!r} has {len(name)} characters, but at most {_LINUX_NAME} are allowed",
        )


def windows_host_name(inputs: Values) -> Iterator[Problem]:
    profile = _profile(inputs)
    name = profile.get("computerName") or inputs.get("vmName")
    if (
        profile.get("windowsConfiguration") is not None
        and isinstance(name, str)
        and len(name) > _WINDOWS_NAME
    ):
        yield Problem(
            "osProfile.computerName",
            f"{name!r} has {len(name)} characters, but Windows allows {_WINDOWS_NAME}",
        )


def signs_in(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    profile = _profile(inputs)
    linux = profile.get("linuxConfiguration")
    if not profile:
        return
    if isinstance(linux, dict) and linux.get("disablePasswordAuthentication") is True:
        ssh = linux.get("ssh")
        if not (isinstance(ssh, dict) and ssh.get("publicKeys")):
            yield Problem(
                f"{prefix}osProfile.linuxConfiguration.ssh",
                "needs a public key: passwords are off",
                code="required",
            )
    elif profile.get("adminPassword") is None:
        yield Problem(
            f"{prefix}osProfile.adminPassword",
            "is required unless disablePasswordAuthentication is true",
            code="required",
        )


def scale_set_fits(inputs: Values) -> Iterator[Problem]:
    profile = inputs.get("virtualMachineProfile")
    if isinstance(profile, dict):
        yield from signs_in(profile, "virtualMachineProfile.")
