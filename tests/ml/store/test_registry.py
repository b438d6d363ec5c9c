from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ml.errors import InputError, MLError
from ml.store import registry, tracking
from ml.store.registry import HASH, ChampionChangedError, Entry

NAME = "monthly-demand"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with MLflow's tables, which take a second to make."""
    file = tmp_path_factory.mktemp("tables") / "mlflow.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(tracking.URI, f"sqlite:///{file}")
        tracking.client().search_model_versions()
    return file


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a registry may be made; and another folder to stand in, which must stay empty."""
    monkeypatch.setenv(tracking.URI, f"sqlite:///{tmp_path / 'registry' / 'mlflow.db'}")
    for name in ("MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_NAME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "registry"


@pytest.fixture
def store(bare: Path, tables: Path) -> Path:
    """An empty registry."""
    bare.mkdir()
    shutil.copy(tables, bare)
    return bare


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "data").mkdir(parents=True)
    (folder / "MLmodel").write_text("flavors: {}\n")
    (folder / "data" / "weights").write_bytes(b"\x00\x01")
    return folder


def entry(digest: str) -> Entry:
    return Entry(tags={HASH: digest, "recipe": "extended"}, params={"horizon": "3"}, metrics={"wape": 0.041})


def test_a_registry_is_not_made_by_asking_for_its_champion(bare: Path) -> None:
    assert registry.champion(NAME) is None
    assert not bare.exists()


def test_a_registry_appears_with_all_its_tables_or_not_at_all(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MLflow refuses for good a database that has some of them."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(MLError, match="no space left on the disk"):
            tracking.client()
    assert not (bare / "mlflow.db").exists()
    assert registry.champion(NAME) is None


def test_an_empty_registry_has_no_champion(store: Path) -> None:
    del store
    assert registry.champion(NAME) is None


def test_what_is_registered_is_the_champion_with_its_tags_and_files(
    store: Path, model: Path, tmp_path: Path
) -> None:
    (tmp_path / "evaluation").mkdir()
    (tmp_path / "evaluation" / "scores.json").write_text("{}")
    with_scores = replace(entry("a"), artifacts={"backtest": tmp_path / "evaluation"})
    registered, new = registry.register(NAME, model, with_scores, over=None)
    assert new
    champion = registry.champion(NAME)
    assert champion is not None
    assert (champion.version, champion.hash, champion.tags["recipe"]) == ("1", "a", "extended")
    assert (champion.uri, registered.version, registered.hash) == ("models:/monthly-demand/1", "1", "a")
    folder = champion.download(tmp_path / "download")
    assert (folder / "data" / "weights").read_bytes() == b"\x00\x01"
    run = tracking.client().search_runs(["1"])[0]
    assert (run.data.params, run.data.metrics) == ({"horizon": "3"}, {"wape": 0.041})
    assert run.info.status == "FINISHED"
    assert {p.name for p in store.iterdir()} == {"mlflow.db", "mlflow.db.lock", "artifacts"}
    assert len(list(store.rglob("backtest/scores.json"))) == 1


def test_nothing_is_written_where_we_stand_or_at_home(bare: Path, model: Path, tmp_path: Path) -> None:
    registry.register(NAME, model, entry("a"), over=None)
    assert bare.exists()
    assert list((tmp_path / "cwd").iterdir()) == []
    assert not (tmp_path / "home").exists()


def test_a_new_champion_retires_the_one_before(store: Path, model: Path) -> None:
    del store
    registry.register(NAME, model, entry("a"), over=None)
    registered, new = registry.register(NAME, model, entry("b"), over="a")
    assert (registered.version, new) == ("2", True)
    roles = {
        str(v.version): v.tags[registry.ROLE]
        for v in tracking.client().search_model_versions(f"name='{NAME}'")
    }
    assert roles == {"1": registry.RETIRED, "2": registry.CHAMPION}


def test_the_same_content_is_not_registered_again(store: Path, model: Path) -> None:
    registry.register(NAME, model, entry("a"), over=None)
    runs = len(list(store.rglob("weights")))
    for over in (None, "a", "stale"):
        registered, new = registry.register(NAME, model, entry("a"), over=over)
        assert (registered.version, new) == ("1", False)
    assert len(list(store.rglob("weights"))) == runs


def test_a_champion_that_was_not_judged_is_not_replaced(store: Path, model: Path) -> None:
    del store
    with pytest.raises(ChampionChangedError, match=r"is now version none.*evaluate again"):
        registry.register(NAME, model, entry("b"), over="gone")
    registry.register(NAME, model, entry("a"), over=None)
    with pytest.raises(
        ChampionChangedError, match="is now version 1, which this evaluation did not compare with"
    ):
        registry.register(NAME, model, entry("b"), over=None)
    champion = registry.champion(NAME)
    assert champion is not None
    assert champion.hash == "a"


def test_of_two_champions_the_newer_counts(store: Path, model: Path) -> None:
    """So it is while one takes over from the other, and after a crash in between."""
    del store
    registry.register(NAME, model, entry("a"), over=None)
    registry.register(NAME, model, entry("b"), over="a")
    tracking.client().set_model_version_tag(NAME, "1", registry.ROLE, registry.CHAMPION)
    champion = registry.champion(NAME)
    assert champion is not None
    assert champion.version == "2"


def test_a_champion_set_back_by_hand_counts(store: Path, model: Path) -> None:
    del store
    registry.register(NAME, model, entry("a"), over=None)
    registry.register(NAME, model, entry("b"), over="a")
    client = tracking.client()
    client.set_model_version_tag(NAME, "1", registry.ROLE, registry.CHAMPION)
    client.set_model_version_tag(NAME, "2", registry.ROLE, registry.RETIRED)
    champion = registry.champion(NAME)
    assert champion is not None
    assert champion.version == "1"


def test_models_of_other_names_are_others(store: Path, model: Path) -> None:
    del store
    registry.register(NAME, model, entry("a"), over=None)
    registry.register("other", model, entry("b"), over=None)
    champion = registry.champion(NAME)
    assert champion is not None
    assert champion.hash == "a"


def test_a_failure_on_the_way_leaves_no_version_and_marks_the_run(store: Path, model: Path) -> None:
    (store / "artifacts").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="artifacts"):
        registry.register(NAME, model, entry("a"), over=None)
    assert registry.champion(NAME) is None
    assert tracking.client().search_runs(["1"])[0].info.status == "FAILED"


def test_a_folder_that_is_no_model_is_not_registered(store: Path, tmp_path: Path) -> None:
    del store
    with pytest.raises(InputError, match="MLmodel does not exist"):
        registry.register(NAME, tmp_path, entry("a"), over=None)


def test_a_run_that_is_given_is_used_and_left_open(
    store: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an Azure ML job the run is the job's, and Azure ML ends it."""
    client = tracking.client()
    location = (store / "elsewhere").as_uri()
    run = client.create_run(client.create_experiment("job", artifact_location=location))
    monkeypatch.setenv("MLFLOW_RUN_ID", run.info.run_id)
    registry.register(NAME, model, entry("a"), over=None)
    assert client.get_model_version(NAME, "1").run_id == run.info.run_id
    assert client.get_run(run.info.run_id).info.status == "RUNNING"


RACE = """
import sys
from pathlib import Path
from ml.store import registry
from ml.store.registry import ChampionChangedError, Entry, HASH
try:
    made, new = registry.register("race", Path(sys.argv[1]), Entry(tags={HASH: sys.argv[2]}), over=None)
    print("made", made.version)
except ChampionChangedError:
    print("changed")
"""


@pytest.mark.slow
def test_of_two_that_register_at_once_one_wins_and_the_other_is_told(bare: Path, model: Path) -> None:
    del bare
    racers = [
        subprocess.Popen([sys.executable, "-c", RACE, str(model), digest], stdout=subprocess.PIPE, text=True)
        for digest in ("a", "b")
    ]
    outputs = sorted(racer.communicate(timeout=120)[0].strip() for racer in racers)
    assert outputs == ["changed", "made 1"]
    champion = registry.champion("race")
    assert champion is not None
    assert champion.hash in {"a", "b"}


@pytest.mark.parametrize("name", ["", "a/b", "it's", "../up", "x" * 256, "-a"])
def test_a_name_that_azure_would_refuse_is_refused_here(store: Path, name: str) -> None:
    del store
    with pytest.raises(InputError, match="is not a valid name of a registered model"):
        registry.champion(name)


def test_an_unset_or_wrong_address_says_what_to_set(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del store
    monkeypatch.delenv(tracking.URI)
    with pytest.raises(InputError, match=r"MLFLOW_TRACKING_URI is not set.*sqlite:////"):
        registry.champion(NAME)
    monkeypatch.setenv(tracking.URI, "mlruns")
    with pytest.raises(InputError, match="MLFLOW_TRACKING_URI=mlruns is not an address"):
        registry.champion(NAME)
    monkeypatch.setenv(tracking.URI, "sqlite://")
    with pytest.raises(InputError, match="does not name a file"):
        registry.champion(NAME)
    monkeypatch.setenv(tracking.URI, "gopher://example.com")
    with pytest.raises(MLError, match=r"gopher://example\.com"):
        registry.champion(NAME)


def test_a_file_that_is_no_database_is_named(bare: Path) -> None:
    bare.mkdir()
    (bare / "mlflow.db").write_text("StoreID,Country\n")
    with pytest.raises(InputError, match=r"mlflow\.db is not a SQLite database"):
        registry.champion(NAME)


def test_a_place_that_cannot_be_written_is_named(
    bare: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare.write_text("a file where the folder should be")
    monkeypatch.setenv(tracking.URI, f"sqlite:///{bare / 'mlflow.db'}")
    with pytest.raises(InputError, match=r"cannot write .*mlflow\.db"):
        registry.register(NAME, model, entry("a"), over=None)


def test_an_address_is_shown_without_its_password() -> None:
    assert tracking.without_credentials("https://me:secret@mlflow.example/x") == "https://mlflow.example/x"
    assert tracking.without_credentials("sqlite:////a/b.db") == "sqlite:////a/b.db"
