"""Where the Pulumi CLI comes from, and the error if it can't be installed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from azsandbox.errors import ToolchainError
from azsandbox.pulumi.toolchain import install, official, source
from azsandbox.pulumi.toolchain.pin import VERSION


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout without tools, on a machine that reaches nothing."""
    monkeypatch.setenv("AZSANDBOX_TOOLS", str(tmp_path / "tools"))
    monkeypatch.setattr(official, "reachable", lambda: False)
    return tmp_path / "tools" / "pulumi"


def executable(root: Path, version: str) -> None:
    (root / "bin").mkdir(parents=True, exist_ok=True)
    script = root / "bin" / "pulumi"
    script.write_text(f"#!/bin/sh\necho v{version}\n")
    script.chmod(0o755)


@pytest.mark.usefixtures("bare")
def test_without_network_and_without_go_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(source, "go_version", lambda: None)
    with pytest.raises(
        ToolchainError, match=r"can't be reached, and Go is not installed.*Install Go 1\.26"
    ) as caught:
        install.ensure(lambda _: None)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("bare")
def test_an_old_go_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "go_version", lambda: (1, 20))
    with pytest.raises(ToolchainError, match=r"Go 1\.20 is too old"):
        install.ensure(lambda _: None)


def test_an_installed_cli_is_used_without_a_download(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(bare, VERSION)
    monkeypatch.setattr(official, "reachable", lambda: pytest.fail("asked the network"))
    assert install.ensure(lambda _: None).version == VERSION


def test_another_version_is_not_used(bare: Path) -> None:
    executable(bare, "3.1.0")
    assert install.find() is None


def test_a_failing_installer_leads_to_the_build(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []

    def refuse(_: Path) -> None:
        raise ToolchainError("the installer failed")

    monkeypatch.setattr(official, "reachable", lambda: True)
    monkeypatch.setattr(official, "install", refuse)
    monkeypatch.setattr(source, "build", lambda root, _: executable(root, VERSION))
    assert install.ensure(lines.append).origin == install.BUILT
    assert any("the installer failed; building it from its Go module" in line for line in lines)
    assert (bare / "origin").read_text().strip() == install.BUILT


def test_the_sandbox_has_a_link_with_a_language_host_and_the_cli_itself_has_none(bare: Path) -> None:
    executable(bare, VERSION)
    cli = install.find()
    assert cli is not None
    link = cli.with_language_host()
    assert link.samefile(cli.executable)
    assert (link.parent / "pulumi-language-python").is_file()
    assert not (cli.executable.parent / "pulumi-language-python").exists()


def test_a_language_host_that_an_earlier_version_left_is_replaced(bare: Path) -> None:
    """A checkout that is updated keeps its .tools folder, and with it the script of before."""
    executable(bare, VERSION)
    cli = install.find()
    assert cli is not None
    host = cli.with_language_host().with_name("pulumi-language-python")
    current = host.read_text()
    host.write_text('#!/bin/sh\nexec "$ROASTERY_SANDBOX_PYTHON" -m roastery.sandbox.host "$@"\n')
    cli.with_language_host()
    assert host.read_text() == current
    assert os.access(host, os.X_OK)
