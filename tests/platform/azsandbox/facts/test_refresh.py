"""Reading the public sources, from a folder of small copies and from a repository on this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from azsandbox.facts import __main__ as command
from azsandbox.facts import sources
from azsandbox.facts.sources import Source
from azsandbox.facts.table import FactsError

AKS = "MicrosoftDocs/azure-aks-docs/articles/aks/supported-kubernetes-versions.md"
MONITOR = "MicrosoftDocs/azure-monitor-docs/articles/azure-monitor/reference"
GIT = shutil.which("git") or "git"
VERSIONS = """\
| Kubernetes version | Upstream release | AKS GA | End of life | Platform support |
| --- | --- | --- | --- | --- |
| 1.90 | Dec 2031 | Feb 2032 | Feb 2033 | Until 1.94 GA |
| 1.91 | Apr 2032 | May 2032 | Aug 22, 2033 | Until 1.95 GA |

| Kubernetes version | AKS GA | End of life | LTS End of life |
| --- | --- | --- | --- |
| 1.90 | Feb 2032 | Feb 2033 | Feb 2034 |
"""
TAGS = ("Roast", "Roast.WestEurope", "Storage.WestEurope", "Roast.Oven.Front", "AzureCloud.norwaye")
TAG_FILES = "rdeveen/azure-ip-addresses-bicep/azure-public"
TAG_PAGE = """\
| Tag | Purpose | Direction | Regional | Firewall |
| --- | --- |:---:|:---:|:---:|
| **Roast** | Roasting. | Outbound | Yes | Yes |
| **[Internet](/x)** | The others. | Both | No | No |
"""
ROLES = [
    {
        "name": "ABC",
        "roleName": "Roaster",
        "permissions": [
            {"actions": ["b", "a"], "notActions": [], "dataActions": ["c"], "notDataActions": []}
        ],
    }
]
METRICS = """\
# Supported metrics for Microsoft.Roast/ovens

|Metric|Name in REST API|[Advanced](/x)|Unit|Aggregation|Dimensions|Time Grains|DS Export|
|---|---|---|---|---|---|---|---|
|**Heat** |`Heat` | No | Count |Total (Sum), Average |`Tray`, `Side`|PT1M |Yes|
|**Noise** |`Noise` | No | Count |Maximum |\\<none\\>|PT1M |Yes|
"""
LOGS = """\
# Supported logs for Microsoft.Roast/ovens

|Category|Category display name|Costs to export|
|---|---|---|
|`Door` |Door |Yes |
|Temperature of the tray |x |Yes |
"""


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """A folder of copies: every source of the tables that are read here."""
    files: dict[str, str] = {
        AKS: VERSIONS,
        **{f"{TAG_FILES}/{tag}.bicep": f"// Service tag  : {tag}\n\nvar x = []\n" for tag in TAGS},
        "MicrosoftDocs/azure-docs/articles/virtual-network/service-tags-overview.md": TAG_PAGE,
        "iann0036/iam-dataset/azure/built-in-roles-raw.json": json.dumps(ROLES),
        f"{MONITOR}/supported-metrics/a-metrics.md": METRICS,
        f"{MONITOR}/supported-logs/a-logs.md": LOGS,
    }
    folder = tmp_path / "copies"
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        owner, repository = name.split("/")[:2]
        (folder / owner / repository / "COMMIT").write_text(f"{'a' * 40} 2032-06-01\n", encoding="utf-8")
    return folder


def read(copies: Path, out: Path, *names: str) -> dict[str, Any]:
    assert command.main(["--from", str(copies), "--out", str(out), *names]) == 0
    return json.loads((out / f"{names[-1]}.json").read_text(encoding="utf-8"))


def test_a_table_says_what_it_was_read_from(copies: Path, tmp_path: Path) -> None:
    table = read(copies, tmp_path, "aks_versions")
    assert table["source"].startswith("MicrosoftDocs/azure-aks-docs@aaaaaaaaaaaa (2032-06-01): articles/aks/")
    assert (table["date"], table["read by"]) == ("2032-06-01", "azsandbox.facts.read.aks_versions")


def test_versions_have_dates_of_both_tables(copies: Path, tmp_path: Path) -> None:
    rows = read(copies, tmp_path, "aks_versions")["rows"]
    assert rows["1.90"] == {
        "general": "2032-02-01",
        "end": "2033-02-28",
        "longTermEnd": "2034-02-28",
        "platform": "1.94",
    }
    assert rows["1.91"]["end"] == "2033-08-22"


def test_service_tags_join_the_list_and_the_page(copies: Path, tmp_path: Path) -> None:
    rows = read(copies, tmp_path, "service_tags")["rows"]
    assert rows["regions"] == ["WestEurope", "norwaye"]
    assert rows["tags"] == {
        "AzureCloud": {"direction": "", "regional": 1},
        "Internet": {"direction": "both", "regional": 0},
        "Roast": {"direction": "out", "regional": 1},
        "Roast.Oven.Front": {"direction": "", "regional": 0},
        "Storage": {"direction": "", "regional": 1},
    }


def test_roles_refer_to_their_actions_by_number(copies: Path, tmp_path: Path) -> None:
    rows = read(copies, tmp_path, "role_definitions")["rows"]
    assert rows == {"actions": ["a", "b", "c"], "roles": {"abc": ["Roaster", [[1, 0], [], [2], []]]}}


def test_metrics_and_categories_are_read_by_their_names(copies: Path, tmp_path: Path) -> None:
    rows = read(copies, tmp_path, "log_categories", "metrics")["rows"]
    assert rows == {"microsoft.roast/ovens": {"Heat": ["AveTot", ["Tray", "Side"]], "Noise": ["Max", []]}}
    categories = json.loads((tmp_path / "log_categories.json").read_text(encoding="utf-8"))
    assert categories["rows"] == {"microsoft.roast/ovens": ["Door"]}


def test_tables_of_a_workspace_refer_to_their_columns_by_number(copies: Path, tmp_path: Path) -> None:
    folder = copies / "FalconForceTeam/KQLAnalyzer"
    folder.mkdir(parents=True)
    (folder / "COMMIT").write_text("447cd187b1e4 2026-07-27")
    tables = {"Ovens": {"TimeGenerated": "datetime", "Heat": "real"}, "Trays": {"TimeGenerated": "datetime"}}
    (folder / "environments.json").write_text(json.dumps({"sentinel": {"tables": tables}}))
    rows = read(copies, tmp_path, "log_tables")["rows"]
    assert rows == {"columns": ["Heat", "TimeGenerated"], "tables": {"Ovens": [0, 1], "Trays": [1]}}
    (folder / "environments.json").write_text("{}")
    assert command.main(["--from", str(copies), "--out", str(tmp_path), "log_tables"]) == 1


def test_a_source_that_is_missing_is_one_line(
    copies: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["--from", str(copies), "--out", str(tmp_path), "regions"]) == 1
    message = capsys.readouterr().err
    assert message.startswith("error: MicrosoftDocs/reliability-docs: ")
    assert message.count("\n") == 1
    assert not (tmp_path / "regions.json").exists()


@pytest.mark.parametrize("text", ["# moved\n", VERSIONS.replace("Feb 2033", "soon")])
def test_a_source_of_another_version_is_one_line_that_names_it(
    text: str, copies: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copies / AKS).write_text(text, encoding="utf-8")
    assert command.main(["--from", str(copies), "--out", str(tmp_path), "aks_versions"]) == 1
    message = capsys.readouterr().err
    assert "MicrosoftDocs/azure-aks-docs at aaaaaaaaaaaa" in message
    assert "it is of another version than the reader knows" in message
    assert message.count("\n") == 1


def test_a_file_that_the_source_lacks_is_named(
    copies: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copies / AKS).unlink()
    assert command.main(["--from", str(copies), "--out", str(tmp_path), "aks_versions"]) == 1
    assert "has no articles/aks/supported-kubernetes-versions.md" in capsys.readouterr().err


def test_an_unknown_table_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["prices"]) == 2
    assert "'prices' is not a table of facts: aks_addons, aks_versions" in capsys.readouterr().err


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    subprocess.run([GIT, *identity, "-C", str(folder), *arguments], check=True, capture_output=True)


def test_the_newest_commit_is_fetched_with_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = tmp_path / "host" / "owner" / "name"
    repository.mkdir(parents=True)
    git(repository, "init", "--quiet")
    (repository / "folder").mkdir()
    (repository / "folder" / "fact.md").write_text("42", encoding="utf-8")
    (repository / "other.md").write_text("", encoding="utf-8")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "facts")
    monkeypatch.setattr(sources, "HOST", f"file://{tmp_path / 'host'}")
    copy = sources.downloaded(Source("owner/name", ("folder/",)), tmp_path / "work")
    assert copy.text("folder/fact.md") == "42"
    assert [file.name for file in copy.files("folder/", "*.md")] == ["fact.md"]
    assert len(copy.commit) == 40
    assert not (copy.folder / "other.md").exists()
    with pytest.raises(FactsError, match="owner/nothing can't be had"):
        sources.downloaded(Source("owner/nothing", ("a",)), tmp_path / "work")


def test_groups_of_a_target_have_the_zones_of_all_of_their_rows(copies: Path, tmp_path: Path) -> None:
    page = """\
## Commercial
> | Oven (Microsoft.Roast/ovens) | door </br> tray | privatelink.oven.roast<sup>1</sup> | oven.roast |
> | Oven, new (Microsoft.Roast/ovens) | door | privatelink.new.roast | new.roast |
## Government
> | Oven (Microsoft.Roast/ovens) | door | privatelink.oven.us | oven.us |
"""
    file = copies / "MicrosoftDocs/azure-docs/articles/private-link/private-endpoint-dns.md"
    file.parent.mkdir(parents=True)
    file.write_text(page, encoding="utf-8")
    rows = read(copies, tmp_path, "private_links")["rows"]
    assert rows == {
        "microsoft.roast/ovens": {
            "door": ["privatelink.oven.roast", "privatelink.new.roast"],
            "tray": ["privatelink.oven.roast"],
        }
    }
