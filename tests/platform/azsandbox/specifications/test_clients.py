"""Reading the published clients: what the table is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from azsandbox.schema.specifications.table import SpecificationError
from azsandbox.specifications import __main__, clients, match

NETWORK = {"network:VirtualNetwork": {"flowTimeoutInMinutes"}, "keyvault:Vault": {"vaultName"}}


@pytest.mark.filterwarnings("ignore:invalid escape sequence")  # in that package's docstrings
def test_an_azure_mgmt_package_tells_its_constraints_by_wire_name() -> None:
    read = clients.from_pypi("azure.mgmt.machinelearningservices.models")
    assert read["AzureDataLakeGen2Datastore"]["filesystem"] == {
        "minLength": 1
    }  # its pattern means: not empty
    assert read["AksNetworkingConfiguration"]["serviceCidr"]["pattern"].startswith("^(")


def test_a_package_that_is_not_installed_is_left_out() -> None:
    assert clients.from_pypi("azure.mgmt.nothing_of_the_kind") == {}


def test_only_what_a_program_can_write_is_kept_and_under_the_catalogues_name() -> None:
    read: dict[str, dict[str, dict[str, Any]]] = {
        "VirtualNetwork": {"flowTimeoutInMinutes": {"maximum": 30}, "etag": {"minLength": 1}},
        "VaultCreateOrUpdateParameters": {"vaultName": {"maxLength": 24}},
    }
    assert match.matched("network", read, NETWORK) == {
        "VirtualNetwork": {"flowTimeoutInMinutes": {"maximum": 30}}
    }
    assert match.matched("keyvault", read, NETWORK) == {"Vault": {"vaultName": {"maxLength": 24}}}


def test_without_node_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(clients.shutil, "which", lambda _: None)
    with pytest.raises(SpecificationError, match=r"install Node\.js 20 or newer"):
        clients.from_npm("network", "36.0.0", tmp_path)


def test_a_failed_build_leaves_the_table_and_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "constraints.json"
    out.write_text("before")
    monkeypatch.setattr("sys.argv", ["specifications", "--out", str(out), "--bicep-types", str(tmp_path)])
    assert __main__.main() == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert out.read_text() == "before"
