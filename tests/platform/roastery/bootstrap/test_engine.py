"""What Pulumi's output says about a failure: a right, the network, or something else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from roastery.bootstrap.engine import Engine, resources
from roastery.bootstrap.errors import BootstrapError, OutOfReachError, RightMissingError, ToolMissingError

# As azblob's and azkeys' errors are printed; the first two by Azure's storage firewall and by its roles.
OUTPUTS = [
    ("RESPONSE 403\nERROR CODE: AuthorizationFailure\nerror: read meta.yaml", OutOfReachError, 75),
    (
        "RESPONSE 403\nERROR CODE: AuthorizationPermissionMismatch\nerror: read meta.yaml",
        RightMissingError,
        77,
    ),
    ("error: dial tcp: lookup st.blob.core.windows.net: no such host", OutOfReachError, 75),
    ('error: secrets (code=PermissionDenied): "code": "ForbiddenByRbac"', RightMissingError, 77),
    ("error: stack 'prod' already exists", BootstrapError, 1),
]


def pulumi(folder: Path, output: str) -> Engine:
    """An engine whose Pulumi prints this and fails."""
    script = folder / "pulumi"
    (folder / "output").write_text(output)
    script.write_text(f"#!/bin/sh\ncat '{folder / 'output'}' >&2\nexit 255\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return Engine(folder=folder, stack="prod", environment={"PATH": f"{folder}:/bin:/usr/bin"})


@pytest.mark.parametrize(("output", "kind", "code"), OUTPUTS)
def test_a_failure_has_its_kind_and_names_its_code(
    tmp_path: Path, output: str, kind: type[BootstrapError], code: int
) -> None:
    with pytest.raises(kind) as failed:
        pulumi(tmp_path, output).run("file:///state", "stack", "ls")

    assert type(failed.value) is kind
    assert failed.value.exit_code == code
    assert "pulumi stack ls failed" in str(failed.value)
    for word in ("AuthorizationFailure", "AuthorizationPermissionMismatch"):
        assert (word in output) == (word in str(failed.value))


def test_a_missing_pulumi_is_named(tmp_path: Path) -> None:
    engine = Engine(folder=tmp_path, stack="prod", environment={"PATH": str(tmp_path)})

    with pytest.raises(ToolMissingError, match="pulumi is not installed"):
        engine.run("file:///state", "stack", "ls")


def test_the_resources_of_a_state_are_its_ids_by_urn() -> None:
    state = {"deployment": {"resources": [{"urn": "a", "id": "1"}, {"urn": "b"}]}}

    assert resources(state) == {"a": "1", "b": ""}
    assert resources({"deployment": None}) == {}
