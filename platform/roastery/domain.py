"""Domain types of a platform's settings: checked text, so that a wrong value stops before the cloud."""

from __future__ import annotations

import datetime as dt
import re
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from roastery import cron
from roastery.naming import REGIONS


class StrictSettings(BaseModel):
    """Frozen settings that refuse unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def _region(value: str) -> str:
    name = value.replace(" ", "").lower()
    if name not in REGIONS:
        raise ValueError(f"unknown region {value!r}; known: {', '.join(sorted(REGIONS))}")
    return name


def _network(value: object) -> IPv4Network:
    try:
        network = IPv4Network(str(value))
    except ValueError as error:
        raise ValueError(f"{value!r} is not an IPv4 range such as 10.40.0.0/20 ({error})") from None
    if network.overlaps(_DOCKER_BRIDGE):
        raise ValueError(f"{network} overlaps {_DOCKER_BRIDGE}, the bridge of Docker on every node")
    return network


def _digest(value: str) -> str:
    if not _PINNED.fullmatch(value):
        raise ValueError(
            f"image {value!r} is not pinned: write <registry>/<repository>@sha256:<64 hex digits>, "
            "because a tag can be moved to other content"
        )
    return value


def _first_of_month(value: dt.date) -> dt.date:
    if value.day != 1:
        raise ValueError(f"{value} is not the first of a month, where a budget has to start")
    return value


def _recurring(value: str) -> str:
    cron.monthly(value)
    return value


def _zone(value: str) -> str:
    cron.windows_zone(value)
    return value


_DOCKER_BRIDGE = IPv4Network("172.17.0.0/16")
_PINNED = re.compile(r"[a-z0-9][a-z0-9.:/_-]*[a-z0-9]@sha256:[0-9a-f]{64}")
_GUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"

Region = Annotated[str, AfterValidator(_region)]
Cidr = Annotated[
    IPv4Network, BeforeValidator(_network), PlainSerializer(str), Field(json_schema_extra={"format": "cidr"})
]
Address = Annotated[IPv4Address, PlainSerializer(str)]
Guid = Annotated[str, Field(pattern=_GUID)]
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
VmSize = Annotated[str, Field(pattern=r"^Standard_[A-Z]{1,3}\d+[A-Za-z0-9_-]*$")]
HostName = Annotated[str, Field(pattern=r"^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")]
ImageRef = Annotated[str, AfterValidator(_digest)]
SecretName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,127}$")]
SemanticVersion = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
Cron = Annotated[str, AfterValidator(cron.check)]
Recurring = Annotated[str, AfterValidator(_recurring)]
TimeZone = Annotated[str, AfterValidator(_zone)]
MonthStart = Annotated[dt.date, AfterValidator(_first_of_month)]
