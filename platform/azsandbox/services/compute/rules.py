"""What Compute refuses about machines and scale sets: host names and credentials."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_LONGEST_WINDOWS_NAME = 15
_LONGEST_LINUX_NAME = 64


def _os_profile(inputs: Values) -> Values:
    profile = inputs.get("osProfile")
    return profile if isinstance(profile, dict) else {}


def host_name_within_limit(inputs: Values) -> Iterator[Problem]:
    name = _os_profile(inputs).get("computerName")
    if isinstance(name, str) and len(name) > _LONGEST_LINUX_NAME:
        yield Problem(
            "osProfile.computerName",
            f"{name!r} has {len(name)} characters, but at most {_LONGEST_LINUX_NAME} are allowed",
        )


def windows_host_name_within_limit(inputs: Values) -> Iterator[Problem]:
    profile = _os_profile(inputs)
    name = profile.get("computerName") or inputs.get("vmName")
    if (
        profile.get("windowsConfiguration") is not None
        and isinstance(name, str)
        and len(name) > _LONGEST_WINDOWS_NAME
    ):
        yield Problem(
            "osProfile.computerName",
            f"{name!r} has {len(name)} characters, but Windows allows at most {_LONGEST_WINDOWS_NAME}",
        )


def machine_has_credentials(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    """A password, or a public SSH key where passwords are disabled."""
    profile = _os_profile(inputs)
    linux = profile.get("linuxConfiguration")
    if not profile:
        return
    if isinstance(linux, dict) and linux.get("disablePasswordAuthentication") is True:
        ssh = linux.get("ssh")
        if not (isinstance(ssh, dict) and ssh.get("publicKeys")):
            yield Problem(
                f"{prefix}osProfile.linuxConfiguration.ssh",
                "needs a public key: passwords are disabled",
                code="required",
            )
    elif profile.get("adminPassword") is None:
        yield Problem(
            f"{prefix}osProfile.adminPassword",
            "is required unless disablePasswordAuthentication is true",
            code="required",
        )


def scale_set_has_credentials(inputs: Values) -> Iterator[Problem]:
    profile = inputs.get("virtualMachineProfile")
    if isinstance(profile, dict):
        yield from machine_has_credentials(profile, "virtualMachineProfile.")
