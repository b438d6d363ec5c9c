"""What the bootstrap does, and what the doctor asks for beforehand, are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from roastery.azure.http import Http
from roastery.bootstrap.plan import BootstrapPlan
from roastery.doctor import stack_file
from roastery.doctor.catalogue import CHECKS
from roastery.doctor.checks import stores
from roastery.doctor.checks.namespaces import required
from roastery.doctor.checks.subscription import FEATURES
from roastery.doctor.examination import Examination
from roastery.doctor.run import examine
from stacks.bootstrap import needs

ROOT = Path(__file__).resolve().parents[4]


def nobody() -> None:
    raise AssertionError("nothing is asked")


def examination(stack: str, root: Path = ROOT) -> Examination:
    return Examination(root, Http(nobody), "", stack_file.read(ROOT, stack))


def test_the_bootstrap_registers_what_the_doctor_asks_for() -> None:
    registered = {namespace.lower() for namespace in needs.NAMESPACES}
    assert {namespace.lower() for namespace in required()} <= registered
    assert {"/".join(feature) for feature in FEATURES} == set(needs.FEATURES)


def test_mirrored_images_are_asked_for_where_the_cluster_takes_them_from_the_mirror() -> None:
    prod = examination("prod")
    assert isinstance(prod.plan, BootstrapPlan)
    images = {(image.registry, image.name, image.reference) for image in stores._mirrored(prod)}
    assert images == {(prod.plan.login_server, image.repository, image.tag) for image in prod.plan.images}
    assert len(images) > 3
    assert list(stores._mirrored(examination("dev"))) == []  # from the Internet


def test_outside_of_a_checkout_there_is_no_plan(tmp_path: Path) -> None:
    assert examination("prod", tmp_path).plan is None


def test_a_stack_file_that_the_program_refuses_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stacks" / "bootstrap").mkdir(parents=True)
    (tmp_path / "stacks" / "bootstrap" / "Pulumi.yaml").write_text("name: x\n")
    for part in ("stacks/__init__.py", "stacks/bootstrap/__init__.py"):
        (tmp_path / part).touch()
    (tmp_path / "stacks/bootstrap/plan.py").write_text("raise SystemExit('wrong')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    checks = [check for check in CHECKS if check.id == "state-key"]
    (line,) = examine(checks, examination("prod", tmp_path))
    assert line.finding.seen.startswith("the program can't say what it needs")
