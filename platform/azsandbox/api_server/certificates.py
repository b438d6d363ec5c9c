"""A certificate authority for one session: its key never leaves the process."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme

from azsandbox.arm_api import names


@dataclass(frozen=True)
class Certificates:
    """Where a client finds the authority, and where the server finds its own certificate."""

    authority: Path
    server: Path


def issue(folder: Path) -> Certificates:
    """An authority and a server certificate for the API server's names, for the session's owner only."""
    ca = trustme.CA(organization_name="azsandbox")
    leaf = ca.issue_cert(*names.CERTIFIED)
    authority, server = folder / "authority.pem", folder / "server.pem"
    ca.cert_pem.write_to_path(authority)
    server.touch(mode=0o600)
    leaf.private_key_and_cert_chain_pem.write_to_path(server)
    return Certificates(authority, server)


def context(certificates: Certificates) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificates.server)
    return made
