"""What Compute refuses about host names, credentials and interfaces of machines and scale sets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.compute.keys import key_problem
from azsandbox.services.compute.passwords import LINUX, WINDOWS, is_strong

_LONGEST_WINDOWS_NAME = 15
_LONGEST_LINUX_NAME = 64
_LONGEST_WINDOWS_PREFIX = 9
_RESERVED_USERS = frozenset(  # the specification's list
    [
        *("administrator", "admin", "user", "user1", "test", "user2", "test1", "user3", "admin1", "1", "123"),
        *("a", "actuser", "adm", "admin2", "aspnet", "backup", "console", "david", "guest", "john", "owner"),
        *("root", "server", "sql", "support", "support_388945a0", "sys", "test2", "test3", "user4", "user5"),
    ]
)
_NOT_IN_NAMES = re.compile(r'[\\/"\[\]:|<>+=;,?*@&\s]')
_WINDOWS, _LINUX = "windowsConfiguration", "linuxConfiguration"


def os_profile(inputs: Values) -> Values:
    profile = inputs.get("osProfile")
    return profile if isinstance(profile, dict) else {}


def host_name_is_valid(inputs: Values) -> Iterator[Problem]:
    profile = os_profile(inputs)
    name = profile.get("computerName")
    if not isinstance(name, str):
        return
    path = "osProfile.computerName"
    if len(name) > _LONGEST_LINUX_NAME:
        yield Problem(
            path, f"{name!r} has {len(name)} characters, but at most {_LONGEST_LINUX_NAME} are allowed"
        )
    if _NOT_IN_NAMES.search(name) or name.startswith("_") or name.endswith((".", "-")) or not name:
        yield Problem(path, f"{name!r} is not a valid host name: letters, digits, hyphens and full stops")
    elif profile.get(_WINDOWS) is not None and name.isdigit():
        yield Problem(path, f"{name!r} has only digits, but a Windows host name needs a letter")


def windows_host_name_within_limit(inputs: Values) -> Iterator[Problem]:
    profile = os_profile(inputs)
    name = profile.get("computerName") or inputs.get("vmName")
    publisher = walk.value(inputs, "storageProfile.imageReference.publisher")
    windows = profile.get(_WINDOWS) is not None or str(publisher).lower().startswith("microsoftwindows")
    if windows and isinstance(name, str) and len(name) > _LONGEST_WINDOWS_NAME:
        yield Problem(
            "osProfile.computerName",
            f"{name!r} has {len(name)} characters, but Windows allows at most {_LONGEST_WINDOWS_NAME}",
        )


def machine_has_credentials(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    """A password, or a public SSH key where passwords are disabled."""
    profile = os_profile(inputs)
    linux = profile.get(_LINUX)
    if not profile:
        return
    if isinstance(linux, dict) and linux.get("disablePasswordAuthentication") is True:
        ssh = linux.get("ssh")
        if ssh is None or (isinstance(ssh, dict) and ssh.get("publicKeys") in (None, [])):
            yield Problem(
                f"{prefix}osProfile.linuxConfiguration.ssh",
                "needs a public key: passwords are disabled",
                code="required",
            )
    elif profile.get("adminPassword") is None and not walk.value(profile, f"{_LINUX}.ssh.publicKeys"):
        yield Problem(
            f"{prefix}osProfile.adminPassword",
            "is required unless disablePasswordAuthentication is true",
            code="required",
        )
    if profile.get("adminUsername") is None:
        yield Problem(f"{prefix}osProfile.adminUsername", "is required", code="required")


def administrator_is_valid(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    profile = os_profile(inputs)
    name, windows = profile.get("adminUsername"), profile.get(_WINDOWS) is not None
    path = f"{prefix}osProfile.adminUsername"
    if isinstance(name, str):
        most = 20 if windows else _LONGEST_LINUX_NAME
        if name.lower() in _RESERVED_USERS:
            yield Problem(path, f"{name!r} is reserved: choose another name")
        elif not 1 <= len(name) <= most:
            yield Problem(path, f"{name!r} has {len(name)} characters, but 1 to {most} are allowed")
        elif _NOT_IN_NAMES.search(name) or (windows and name.endswith(".")) or name.startswith(("$", "-")):
            yield Problem(path, f"{name!r} is not a valid user name: letters, digits, - and _")
    password = profile.get("adminPassword")
    if isinstance(password, str) and not is_strong(password, WINDOWS if windows else LINUX):
        yield Problem(
            f"{prefix}osProfile.adminPassword",
            "must have three of lower case, upper case, digits and other characters, "
            f"{'8 to 123' if windows else '6 to 72'} in all, and not be a common one",
        )


def keys_are_public_keys(inputs: Values, prefix: str = "") -> Iterator[Problem]:
    user = os_profile(inputs).get("adminUsername")
    path = "osProfile.linuxConfiguration.ssh.publicKeys[]"
    for where, key in walk.objects(inputs, path):
        problem = key_problem(key.get("keyData"))
        if problem:
            yield Problem(f"{prefix}{where}.keyData", problem)
        file = key.get("path")
        if isinstance(file, str) and isinstance(user, str):
            wanted = f"/home/{user}/.ssh/authorized_keys"
            if file != wanted:
                yield Problem(f"{prefix}{where}.path", f"is {file!r}, but must be {wanted!r}")


def scale_set_profile_is_valid(inputs: Values) -> Iterator[Problem]:
    profile = inputs.get("virtualMachineProfile")
    if not isinstance(profile, dict):
        return
    for rule in (machine_has_credentials, administrator_is_valid, keys_are_public_keys):
        yield from rule(profile, "virtualMachineProfile.")
    name = os_profile(profile).get("computerNamePrefix")
    windows = os_profile(profile).get(_WINDOWS) is not None
    most = _LONGEST_WINDOWS_PREFIX if windows else 58
    if isinstance(name, str) and not 1 <= len(name) <= most:
        yield Problem(
            "virtualMachineProfile.osProfile.computerNamePrefix",
            f"{name!r} has {len(name)} characters, but 1 to {most} are allowed",
        )


def interfaces_are_in_order(inputs: Values) -> Iterator[Problem]:
    """At least one interface, and with several exactly one primary."""
    path = "networkProfile.networkInterfaces"
    profile = inputs.get("networkProfile")
    interfaces = profile.get("networkInterfaces") if isinstance(profile, dict) else None
    if profile is None and inputs.get("virtualMachineScaleSet") is None:
        yield Problem("networkProfile", "is required, with at least one network interface", code="required")
    if not isinstance(interfaces, list):
        return
    if not interfaces and isinstance(profile, dict) and not profile.get("networkInterfaceConfigurations"):
        yield Problem(path, "is empty, but a machine has at least one network interface", code="required")
    primary = [item for item in interfaces if isinstance(item, dict) and item.get("primary") is True]
    if len(interfaces) > 1 and len(primary) != 1 and all(isinstance(item, dict) for item in interfaces):
        yield Problem(path, f"has {len(primary)} primary interfaces, but exactly one is primary")


def interface_is_free(request: Request) -> None:
    for path, identifier in walk.values(request.inputs, "networkProfile.networkInterfaces[].id"):
        if not isinstance(identifier, str):
            continue
        for source, _ in request.subscription.referring_to(identifier):
            other = ids.parse(source).kind.lower() == "microsoft.compute/virtualmachines"
            if other and ids.key(source) != ids.key(request.id):
                raise ArmError(
                    400,
                    "NicInUse",
                    f"Network Interface {identifier} of {path} is used by existing resource {source}. In "
                    "order to "
                    "attach it, detach it from that resource first.",
                )
