"""Whatever ends a step, its outputs are whole or absent, and the next attempt completes with the same result.

A slice runs with the tests; `make faults-pipeline` lets each fault happen at each change to a file.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from tests.ml.faults.actions import ABSENT, ACTIONS
from tests.ml.faults.conftest import Answer, Worker
from tests.ml.faults.inject import CAMPAIGN, POINTS, SEED, Fault

SLICED = ("load", "preprocess", "run")
"""Those of the slice: the others need a model, a server or MLflow, which takes seconds to import."""
FAULTED = tuple(ACTIONS) if CAMPAIGN else SLICED
TWINS = tuple(ACTIONS) if CAMPAIGN else ("load",)
ZONED = ("load", "import", "preprocess", "promote", "run") if CAMPAIGN else ("preprocess",)
ZONES = ("Pacific/Kiritimati", "America/Adak")

FULL = ("no space left", "disk I/O error")  # the latter is SQLite's for a file that may not grow

LOG = 4096  # bytes; a lower limit cuts the message itself

State = dict[str, str]


@pytest.fixture(scope="module")
def counts() -> Iterator[Counter[str]]:
    counter: Counter[str] = Counter()
    yield counter
    if CAMPAIGN:
        print(f"\nseed {SEED}\n" + "\n".join(f"{n:6,}  {what}" for what, n in sorted(counter.items())))


def faults(changes: tuple[str, ...], random: Random) -> list[Fault]:
    """Kills and full disks at the changes, limits and times at random."""
    spaces = [i for i, change in enumerate(changes) if change in {"open", "os.mkdir"}]
    kills = random.sample(range(len(changes)), min(POINTS, len(changes)))
    full = random.sample(spaces, min(POINTS, len(spaces)))
    limits = [int(2 ** random.uniform(0, 21)) for _ in range(min(POINTS, 40))]
    times = [random.randrange(1500) for _ in range(min(POINTS, 40))]
    chosen = [
        *(Fault(kind="kill", at=at) for at in sorted(kills)),
        *(Fault(kind="full", at=at) for at in sorted(full)),
        *(Fault(kind="limit", at=at) for at in limits),
        *(Fault(kind="time", at=at) for at in times),
    ]
    return chosen if CAMPAIGN else [random.choice(chosen)]


@pytest.mark.slow
@pytest.mark.timeout(7200 if CAMPAIGN else 300)
@pytest.mark.parametrize("action", FAULTED)
def test_outputs_are_whole_or_absent_and_the_next_attempt_completes(
    action: str, worker: Worker, counts: Counter[str]
) -> None:
    worker.fresh(action)
    before = worker.state(action)
    clean = worker.run(action)
    assert clean.code == 0, clean.log
    after = worker.state(action)
    assert after != before
    assert ABSENT not in after.values()
    failures: list[str] = []
    for fault in faults(clean.changes, Random(f"{SEED} {action}")):  # noqa: S311 - no secret
        worker.fresh(action)
        ended = worker.run(action, fault)
        try:
            check(action, fault, worker, ended, (before, after))
        except AssertionError as error:
            failures.append(f"{action} {fault}: {error}\n{ended.log[-1500:]}")
        counts[f"{action}: {fault.kind}, ended with {ended.code}"] += 1
    assert not failures, f"{len(failures)} failures\n" + "\n".join(failures[:8])


@pytest.mark.slow
@pytest.mark.parametrize("action", TWINS)
def test_of_two_at_once_each_completes_or_is_told(action: str, worker: Worker) -> None:
    worker.fresh(action)
    alone = worker.run(action)
    assert alone.code == 0, alone.log
    after = worker.state(action)
    for _ in range(max(1, POINTS // 4)):
        worker.fresh(action)
        both = worker.twins(action)
        assert "Traceback" not in both.log
        assert 0 in both.codes, both.log
        assert set(both.codes) <= {0, 1, 2}, both.log
        assert worker.state(action) == after
        assert not worker.leftovers()


@pytest.mark.slow
@pytest.mark.parametrize("action", ZONED)
@pytest.mark.parametrize("zone", ZONES if CAMPAIGN else ZONES[:1])
def test_the_time_zone_of_the_machine_changes_nothing(action: str, zone: str, worker: Worker) -> None:
    worker.fresh(action)
    assert worker.run(action).code == 0
    wanted = worker.state(action)
    worker.fresh(action)
    ended = worker.run(action, zone=zone)
    assert ended.code == 0, ended.log
    assert worker.state(action) == wanted


@pytest.mark.slow
def test_a_damaged_input_is_refused_or_changes_nothing(worker: Worker, counts: Counter[str]) -> None:
    """One bit of one file of the imported rows, at a time."""
    worker.fresh("preprocess")
    assert worker.run("preprocess").code == 0
    wanted, random = worker.state("preprocess"), Random(SEED)  # noqa: S311 - no secret
    files = sorted(path for path in (worker.shared / "raw").rglob("*") if path.is_file())
    for _ in range(4 * POINTS):
        file = random.choice(files)
        content = file.read_bytes()
        try:
            file.write_bytes(damaged(content, random))
            worker.fresh("preprocess")
            ended = worker.run("preprocess")
        finally:
            file.write_bytes(content)
        assert "Traceback" not in ended.log, f"{file}: {ended.log}"
        assert ended.code in (0, 2), ended.log
        state = set(worker.state("preprocess").items())
        assert state == set(wanted.items()) if ended.code == 0 else state == {(n, ABSENT) for n in wanted}
        counts[f"damaged {file.name}: ended with {ended.code}"] += 1


def damaged(content: bytes, random: Random) -> bytes:
    """With a bit changed, cut, or with zeros in it."""
    at = random.randrange(len(content))
    flipped = content[at] ^ 1 << random.randrange(8)
    return random.choice(
        [
            content[:at] + bytes([flipped]) + content[at + 1 :],
            content[:at],
            content[:at] + bytes(len(content) - at),
        ]
    )


def check(action: str, fault: Fault, worker: Worker, ended: Answer, states: tuple[State, State]) -> None:
    before, after = states
    killed = {"kill": -signal.SIGKILL, "time": -signal.SIGALRM}.get(fault.kind)
    if killed is None:
        assert ended.code in (0, 1), "a full disk is called a defect"
        shown = any(text in ended.log for text in FULL)
        # A step cannot read a module that Python wrote half; only a real full disk can be seen from outside.
        shown |= action == "run" and "its log: " in ended.log
        assert ended.code == 0 or shown or fault.at < LOG, "the reason is not shown"
        assert "Traceback" not in ended.log, "a traceback"
        assert not worker.leftovers()
    else:
        assert ended.code in (0, killed)
    state = worker.state(action)
    torn = [name for name, text in state.items() if text not in (before[name], after[name])]
    assert not torn, f"neither old nor new: {state}"
    assert ended.code or state == after
    again = worker.run(action)
    assert again.code == 0, f"the next attempt fails: {again.log[-1500:]}"
    assert worker.state(action) == after, "the next attempt has another result"
    assert not worker.leftovers()
