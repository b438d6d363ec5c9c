"""The certificate authority of one session; its key exists only in the process."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme

from azsandbox.arm_api import names


@dataclass(frozen=True)
class Certificates:
    """The files of the authority, for clients, and of the server's certificate and key."""

    authority: Path
    server: Path


def issue(folder: Path) -> Certificates:
    """Create an authority, and a certificate and key for the server's host names, readable by their owner."""
    ca = trustme.CA(organization_name="azsandbox")
    leaf = ca.issue_cert(*names.CERTIFIED)
    authority, server = folder / "authority.pem", folder / "server.pem"
    ca.cert_pem.write_to_path(authority)
    server.touch(mode=0o600)
    leaf.private_key_and_cert_chain_pem.write_to_path(server)
    return Certificates(authority, server)


def context(certificates: Certificates) -> ssl.SSLContext:
    ssl_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ssl_context.load_cert_chain(certificates.server)
    return ssl_context
