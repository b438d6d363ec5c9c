"""The hash of a step's code is computed once for each state of the package."""

from __future__ import annotations

from pathlib import Path

import pytest

from roastery.components.assets.code_hash import cached_code_hash, package_hash


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "steps").mkdir(parents=True)
    (folder / "steps" / "train.py").write_text("seed = 1\n")
    return folder


def test_the_hash_of_a_steps_code_is_cached_until_the_code_changes(package: Path, tmp_path: Path) -> None:
    computed: list[str] = []

    def code_hash(module: str) -> str:
        computed.append(module)
        return f"of {module}"

    def hash_of(module: str) -> str:
        return cached_code_hash(package, code_hash, tmp_path / "cache")(module)

    assert [hash_of("model.train"), hash_of("model.train")] == ["of model.train"] * 2
    assert computed == ["model.train"]

    (package / "steps" / "train.py").write_text("seed = 2\n")
    hash_of("model.train")
    assert computed == ["model.train"] * 2


def test_each_module_has_a_hash_of_its_own(package: Path, tmp_path: Path) -> None:
    hash_of = cached_code_hash(package, str.upper, tmp_path / "cache")

    assert (hash_of("a"), hash_of("b"), hash_of("a")) == ("A", "B", "A")


def test_compiled_files_do_not_change_the_hash_of_a_package_and_new_names_do(package: Path) -> None:
    before = package_hash(package)
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "train.pyc").write_bytes(b"compiled")
    assert package_hash(package) == before

    (package / "steps" / "train.py").rename(package / "steps" / "fit.py")
    assert package_hash(package) != before
