"""What Storage refuses about the file service and shares.

Sources, 2026-12-01: learn.microsoft.com/azure/storage/files, pages storage-files-planning,
storage-files-scale-targets, understanding-billing (provisioned v2: 32 GiB to 256 TiB); REST specification of
file shares.
"""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.storage.rules.support import kind_of, refused, sku_of, text, with_account

_LARGEST = 262_144  # GiB, of any share; 100 TiB unless the account is provisioned v2
_LARGEST_V1 = 102_400
_SMALLEST_PREMIUM, _SMALLEST_V2 = 100, 32
_SMB = {
    "versions": ("SMB2.1", "SMB3.0", "SMB3.1.1"),
    "authenticationMethods": ("NTLMv2", "Kerberos"),
    "kerberosTicketEncryption": ("RC4-HMAC", "AES-256"),
    "channelEncryption": ("AES-128-CCM", "AES-128-GCM", "AES-256-GCM"),
}
_BURST = {"paidBurstingMaxIops": 102_400, "paidBurstingMaxBandwidthMibps": 10_340}


def smb_settings_are_known(inputs: Values) -> Iterator[Problem]:
    for name, allowed in _SMB.items():
        path = f"protocolSettings.smb.{name}"
        setting = walk.value(inputs, path)
        for part in setting.split(";") if isinstance(setting, str) else ():
            if part.strip() and part.strip().lower() not in {value.lower() for value in allowed}:
                yield Problem(
                    path, f"{part.strip()!r} is none of {', '.join(allowed)} (a list with semicolons)"
                )


@with_account
def multichannel_goes_with_account(request: Request, account: Values) -> None:
    if request.at("protocolSettings.smb.multichannel.enabled") is True and kind_of(account) != "filestorage":
        raise refused(
            "FeatureNotSupportedForAccount",
            "SMB Multichannel is supported for premium FileStorage accounts only.",
            409,
        )


def quota_is_possible(inputs: Values) -> Iterator[Problem]:
    quota = inputs.get("shareQuota")
    if isinstance(quota, (int, float)) and not 1 <= quota <= _LARGEST:
        yield Problem("shareQuota", f"{quota:g} GiB is not between 1 and {_LARGEST:,} (scale targets)")
    for name, most in _BURST.items():
        value = walk.value(inputs, f"fileSharePaidBursting.{name}")
        if isinstance(value, (int, float)) and not 0 <= value <= most:
            yield Problem(f"fileSharePaidBursting.{name}", f"{value:g} is not between 0 and {most:,}")


@with_account
def quota_goes_with_account(request: Request, account: Values) -> None:
    quota = request.at("shareQuota")
    if not isinstance(quota, (int, float)):
        return
    provisioned_v2 = "v2_" in sku_of(account)
    premium = kind_of(account) == "filestorage" and not provisioned_v2
    least = _SMALLEST_V2 if provisioned_v2 else _SMALLEST_PREMIUM if premium else 1
    most = _LARGEST if provisioned_v2 else _LARGEST_V1
    if not least <= quota <= most:
        raise refused(
            "InvalidHeaderValue",
            f"The quota of {quota:g} GiB is not between {least} and {most:,} GiB, the limits of a share in "
            f"an account of kind {account.get('kind')} with SKU {walk.value(account, 'sku.name')}.",
        )


@with_account
def share_goes_with_account(request: Request, account: Values) -> None:
    sku, premium = sku_of(account), kind_of(account) == "filestorage"
    tier, provisioned_v2 = text(request.at("accessTier")), "v2_" in sku_of(account)
    if text(request.at("enabledProtocols")) == "nfs" and (not premium or sku.startswith("standard")):
        raise _unsupported("NFS shares need an SSD account of kind FileStorage.")
    if tier and premium and tier != "premium":
        raise _unsupported(f"The access tier {request.at('accessTier')} needs an account of kind StorageV2.")
    if tier == "premium" and not premium:
        raise _unsupported("The access tier Premium needs an account of kind FileStorage.")
    for name in ("provisionedIops", "provisionedBandwidthMibps"):
        if request.at(name) is not None and not provisioned_v2:
            raise _unsupported(
                f"{name} needs an account of the provisioned v2 model (StandardV2, PremiumV2)."
            )
    bursting = request.at("fileSharePaidBursting.paidBurstingEnabled") is True
    if bursting and (provisioned_v2 or not premium):
        raise _unsupported("Paid bursting needs an account of kind FileStorage with a Premium v1 SKU.")


def _unsupported(message: str) -> ArmError:
    return refused("FeatureNotSupportedForAccount", message, 409)
