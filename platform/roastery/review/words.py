"""A review as a comment on a pull request: what needs a decision first, unchanged noise folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from roastery.policies.model import Finding
from roastery.policies.reports.rights import Right
from roastery.review.changes import Change, Review

_MOST_PROPERTIES = 4


def comment(reviews: Sequence[Review], base: str) -> str:
    """Markdown for all stacks, the ones that change first."""
    ordered = sorted(reviews, key=lambda one: (not one.errors, not one.changes, one.stack))
    return "\n".join(line for review in ordered for line in _stack(review, base)).rstrip() + "\n"


def summary(review: Review) -> str:
    """One line: counts, in the order in which they matter."""
    counts = [
        f"{len(found)} {words}"
        for operation, words in (
            ("replace", "replaced"),
            ("version", "in a new version"),
            ("delete", "deleted"),
            ("create", "created"),
            ("update", "updated"),
        )
        if (found := review.of(operation))
    ]
    return ", ".join(counts) or "nothing changes"


def _stack(review: Review, base: str) -> Iterator[str]:
    yield f"### `{review.stack}` against `{base}`: {summary(review)}"
    yield ""
    for text in review.notes:
        yield f"{text}\n"
    if review.errors:
        yield from _section("It does not come up", (f"- {one}" for one in review.errors))
    yield from _section("New findings of policies", map(_finding, review.findings_new))
    yield from _section("New doors", (f"- {one}" for one in review.doors_opened))
    yield from _section("New roles", map(_right, review.rights_added))
    yield from _section("Replaced: the old one is deleted", map(_replaced, review.of("replace")))
    yield from _section("Deleted", map(_deleted, review.of("delete")))
    yield from _section("New versions: the old ones stay", map(_renewed, review.of("version")))
    yield from _section("Created", map(_plain, review.of("create")), fold=True)
    yield from _section("Updated in place", map(_updated, review.of("update")), fold=True)
    gone = [
        *(f"- no longer: {one}" for one in review.doors_closed),
        *(f"{_right(one)} (taken away)" for one in review.rights_gone),
        *(f"{_finding(one)} (mended)" for one in review.findings_gone),
    ]
    yield from _section("Closed, taken away, mended", gone, fold=True)
    yield f"{review.same} resources stay as they are.\n"


def _section(title: str, lines: Iterable[str], *, fold: bool = False) -> Iterator[str]:
    listed = list(lines)
    if not listed:
        return
    if fold:
        yield f"<details><summary>{title} ({len(listed)})</summary>\n"
        yield from listed
        yield "\n</details>\n"
        return
    yield f"**{title}** ({len(listed)})\n"
    yield from listed
    yield ""


def _type(change: Change) -> str:
    return change.type.removeprefix("azure-native:").removeprefix("kubernetes:")


def _plain(change: Change) -> str:
    return f"- `{change.name}` · {_type(change)}"


def _because(change: Change) -> str:
    shown = ", ".join(f"`{one}`" for one in change.properties[:_MOST_PROPERTIES])
    more = len(change.properties) - _MOST_PROPERTIES
    return shown + (f" and {more} more" if more > 0 else "")


def _updated(change: Change) -> str:
    return f"{_plain(change)}: {_because(change)}" if change.properties else _plain(change)


def _replaced(change: Change) -> str:
    forced = f" forced by {_because(change)}" if change.properties else " with what it belongs to"
    lost = f"; lost: {change.lost}" if change.lost else ""
    guard = " **Protected: Pulumi refuses it until somebody lifts that.**" if change.protected else ""
    return f"{_plain(change)}{forced}{lost}.{guard}"


def _renewed(change: Change) -> str:
    old, new = change.versions
    step = f" `{old}` → `{new}`" if old and new else ""
    # That the version differs is said, wherever it is written.
    told = tuple(one for one in change.properties if one.rpartition(".")[2] != "version")
    because = (
        f"by {_because(replace(change, properties=told))}" if told else "what it runs changed, nothing else"
    )
    return f"{_plain(change)}{step}: {because}."


def _deleted(change: Change) -> str:
    if change.kept:
        return f"{_plain(change)}: stays in Azure, the stack forgets it."
    lost = f"; lost: {change.lost}" if change.lost else ""
    guard = " **Protected: Pulumi refuses it until somebody lifts that.**" if change.protected else ""
    return f"{_plain(change)}{lost}.{guard}"


def _right(right: Right) -> str:
    why = f": {right.why}" if right.why else ""
    return f"- **{right.who}** gets {right.role} on {right.scope}{why}"


def _finding(finding: Finding) -> str:
    name = finding.urn.rpartition("::")[2]
    return f"- {finding.policy.severity} `{finding.policy.id}` on `{name}`: {finding.message}"
