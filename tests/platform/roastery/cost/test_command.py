"""`roast cost`: text, tables, JSON, what a change costs, and a price list to fill in."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from roastery.cli.main import main
from roastery.cost import retail

EXAMPLE = Path(__file__).with_name("example-prices.csv")


@pytest.fixture
def cost(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*argv: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(["cost", *argv])
        out, err = capsys.readouterr()
        return int(str(end.value.code)), out, err

    return run


Cost = Callable[..., tuple[int, str, str]]


def test_the_example_prices_a_whole_stack(cost: Cost, state_file: Path) -> None:
    code, out, _ = cost("--state", str(state_file), "--prices", str(EXAMPLE))
    assert code == 0
    lines = {line.split("  ")[0]: line for line in out.splitlines()}
    assert "438.00 to 876.00" in lines["Virtual Machines Standard_D4s_v5"]
    assert "0.00 to 5840.00" in lines["Virtual Machines Standard_D8s_v5"]
    assert "219.00" in lines["Azure Bastion/Standard Gateway"]
    assert "no price" not in out
    assert "incomplete" not in out
    assert "Not estimated, billed by use: eventgrid:SystemTopic" in out


def test_the_total_is_the_sum_of_the_lines(cost: Cost, state_file: Path) -> None:
    _, out, _ = cost("--state", str(state_file), "--prices", str(EXAMPLE), "--json")
    content = json.loads(out)
    assert content["complete"] is True
    for bound in ("minimum", "maximum"):
        assert Decimal(content[bound]) == sum(Decimal(line[bound]) for line in content["lines"])
    assert Decimal(content["minimum"]) < Decimal(content["maximum"])


def test_a_price_that_is_missing_is_not_invented(cost: Cost, state_file: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.csv"
    rows = EXAMPLE.read_text().splitlines()
    short.write_text("\n".join(row for row in rows if "Bastion" not in row))
    _, out, _ = cost("--state", str(state_file), "--prices", str(short))
    (bastion,) = [line for line in out.splitlines() if line.startswith("Azure Bastion")]
    (total,) = [line for line in out.splitlines() if line.startswith("per month")]
    assert "no price" in bastion
    assert "incomplete: 1 meter has no price" in total
    _, out, _ = cost("--state", str(state_file), "--prices", str(short), "--json")
    assert json.loads(out)["complete"] is False
    assert [line["minimum"] for line in json.loads(out)["lines"] if line["resource"] == "bastion"] == [None]


def test_the_template_lists_every_meter_and_no_price(cost: Cost, state_file: Path, tmp_path: Path) -> None:
    template = tmp_path / "prices.csv"
    code, _, _ = cost("--state", str(state_file), "--template", str(template))
    rows = list(csv.DictReader(template.read_text().splitlines()))
    assert code == 0
    assert {row["price"] for row in rows} == {""}
    for row in rows:
        row["price"] = "1"
    with template.open("w") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    _, out, _ = cost("--state", str(state_file), "--prices", str(template))
    assert "no price" not in out


def test_the_table_has_least_and_most_and_its_assumptions(
    cost: Cost, state_file: Path, tmp_path: Path
) -> None:
    page = tmp_path / "cost.md"
    cost(
        "--state", str(state_file), "--prices", str(EXAMPLE), "--markdown", str(page), "--assume", "agents=4"
    )
    text = page.read_text()
    assert text.startswith("| per month, USD | prod | of |\n|---|---:|---|\n")
    assert "| Azure Bastion/Standard Gateway | 219.00 | bastion |" in text
    assert "0 to 4 agents, assumed" in text
    assert "- Assumed: agents 4, " in text


def test_a_change_is_priced_by_resource(
    cost: Cost, state_file: Path, tmp_path: Path, export: Callable[..., dict[str, Any]]
) -> None:
    before = tmp_path / "before.json"
    smaller = ("containerservice:AgentPool", {"vmSize": "Standard_D8s_v5", "count": 1})
    before.write_text(json.dumps(export(firewall=("", {}), **{"pool-jobs": smaller})))
    page = tmp_path / "change.md"
    arguments = ("--state", str(state_file), "--before", str(before), "--prices", str(EXAMPLE))
    code, out, _ = cost(*arguments, "--markdown", str(page))
    assert code == 0
    assert [line.partition(":")[0] for line in out.splitlines()] == ["pool-jobs", "firewall", "per month"]
    assert "pool-jobs: 312.00 -> 0.00 to 6240.00 USD" in out
    assert "firewall: - -> 878.00 USD" in out
    assert page.read_text().splitlines()[2:] == [
        "| pool-jobs | 312.00 | 0.00 to 6240.00 |",
        "| firewall |  | 878.00 |",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--prices", "absent.csv"], "--prices absent.csv can't be read"),
        (["--assume", "x=1"], "--assume x=1 is not a valid assumption"),
        (["--stack", "a", "--stack", "b"], "--state and --before are of one stack"),
    ],
)
def test_a_mistake_is_one_line(cost: Cost, state_file: Path, arguments: list[str], words: str) -> None:
    code, out, err = cost("--state", str(state_file), *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) == 1


def test_a_state_with_nothing_to_bill_is_said(cost: Cost, tmp_path: Path) -> None:
    empty = tmp_path / "state.json"
    resource = {"urn": "urn:pulumi:x::other::random:RandomId::r", "type": "random:RandomId"}
    empty.write_text(json.dumps({"deployment": {"resources": [resource]}}))
    code, _, err = cost("--state", str(empty))
    assert code == 2
    assert "the state of x has nothing that Azure bills" in err


def test_without_the_public_list_no_estimate_is_made(
    cost: Cost, state_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retail, "ENDPOINT", "http://127.0.0.1:9/api/retail/prices")
    code, out, err = cost("--state", str(state_file))
    assert (code, out) == (75, "")
    assert "--prices FILE" in err


def test_the_example_says_that_it_is_invented() -> None:
    assert EXAMPLE.read_text().startswith("# Invented prices of an example. They are not Azure's")
