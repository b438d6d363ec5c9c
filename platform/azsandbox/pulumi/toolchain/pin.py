"""The one version of the Pulumi CLI that this checkout uses, from whichever source."""

from __future__ import annotations

VERSION = "3.259.0"
"""The newest that the Go module proxy serves, so that both sources give the same CLI."""
