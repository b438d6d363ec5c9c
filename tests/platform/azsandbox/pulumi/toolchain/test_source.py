"""The build of the Pulumi CLI from its Go module."""

from __future__ import annotations

from pathlib import Path

from azsandbox.pulumi.toolchain import source
from azsandbox.pulumi.toolchain.pin import VERSION


def test_the_build_writes_only_into_the_checkout(tmp_path: Path) -> None:
    user = {
        "GOPATH": "/home/me/go",
        "GOFLAGS": "-mod=vendor",
        "GOPROXY": "https://mirror",
        "HOME": "/home/me",
    }
    environment = source.build_environment(tmp_path, user)
    for name in ("GOPATH", "GOMODCACHE", "GOCACHE"):
        assert environment[name].startswith(str(tmp_path))
    assert environment["GOPROXY"] == "https://mirror"
    assert "vendor" not in environment["GOFLAGS"]


def test_the_module_file_names_the_pinned_version() -> None:
    module = (source.MODULE / "go.mod").read_text()
    assert f"github.com/pulumi/pulumi/pkg/v3 v{VERSION}\n" in module
    assert f"github.com/pulumi/pulumi/pkg/v3 v{VERSION} h1:" in (source.MODULE / "go.sum").read_text()
