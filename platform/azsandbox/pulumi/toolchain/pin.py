"""The version of the Pulumi CLI that this checkout uses."""

from __future__ import annotations

VERSION = "3.259.0"
"""The newest version on the Go module proxy, so that the installer and the build provide the same CLI."""
