"""The blob service's rules for names, checked before a name becomes a path.

Sources: learn.microsoft.com/rest/api/storageservices, naming-and-referencing-containers--blobs--and-metadata;
the codes: common-rest-api-error-codes.
"""

from __future__ import annotations

import re

from azsandbox.errors import ArmError

_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_CONTAINER = re.compile(r"(?=.{3,63}\Z)[a-z0-9]+(-[a-z0-9]+)*|\$root|\$web|\$logs")
_METADATA = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")  # an identifier of C#; in headers, of ASCII
_LONGEST = 1024  # characters of a blob's name
_SHOWN = 80


def check_container(account: str, container: str) -> None:
    """Refuse what is not a name of an account or of a container.

    Raises:
        ArmError: 400 InvalidResourceName.
    """
    if not _ACCOUNT.fullmatch(account) or not _CONTAINER.fullmatch(container):
        raise ArmError(
            400,
            "InvalidResourceName",
            f"The specified resource name is invalid: {f'{account}/{container}'[:_SHOWN]!a}. "
            "A container's name has 3 to 63 lowercase letters, digits and single hyphens.",
        )


def check_blob(name: str) -> None:
    """Refuse what is too long to be a blob's name.

    Raises:
        ArmError: 400 OutOfRangeInput.
    """
    if not 0 < len(name) <= _LONGEST:
        raise ArmError(
            400, "OutOfRangeInput", f"A blob's name has 1 to {_LONGEST} characters, not {len(name)}."
        )


def check_metadata(metadata: dict[str, str]) -> None:
    """Refuse names of metadata that the service does not take.

    Raises:
        ArmError: 400 InvalidMetadata.
    """
    for name, value in metadata.items():
        if not _METADATA.fullmatch(name) or not value.isascii() or not value.isprintable():
            raise ArmError(400, "InvalidMetadata", f"The metadata {name[:_SHOWN]!a} is not valid.")
