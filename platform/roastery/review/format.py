"""A review as a pull request comment, as one line, and as JSON; what needs a decision comes first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from roastery.policies.model import PolicyFinding
from roastery.policies.reports.rights import Right
from roastery.review.changes import ResourceChange, StackReview

_SHOWN_PROPERTIES = 4
_PROTECTED = " **Protected: Pulumi refuses this until the protection is removed.**"


def format_comment(reviews: Sequence[StackReview], base: str) -> str:
    """Markdown for all stacks; those that fail come first, then those that change."""
    ordered = sorted(reviews, key=lambda review: (not review.errors, not review.changes, review.stack))
    return "\n".join(line for review in ordered for line in _stack(review, base)).rstrip() + "\n"


def format_summary(review: StackReview) -> str:
    """One line with the number of changes by operation, the most important first."""
    counts = [
        f"{len(changes)} {label}"
        for operation, label in (
            ("replace", "replaced"),
            ("version", "in a new version"),
            ("delete", "deleted"),
            ("create", "created"),
            ("update", "updated"),
        )
        if (changes := review.of(operation))
    ]
    return ", ".join(counts) or "no changes"


def json_object(review: StackReview) -> dict[str, object]:
    """The review as a JSON object."""
    return {
        "summary": format_summary(review),
        "changes": [
            {
                "operation": change.operation,
                "type": change.type,
                "name": change.name,
                "properties": list(change.properties),
            }
            for change in review.changes
        ],
        "flows_broken": list(review.flows_broken),
        "flows_opened": list(review.flows_opened),
        "public_access_opened": list(review.public_access_opened),
        # The former name of the same list: written until the next version, for scripts that read it.
        "doors_opened": list(review.public_access_opened),
        "roles_added": [f"{right.who}: {right.role} on {right.scope}" for right in review.rights_added],
        "findings_new": [f"{finding.policy.id}: {finding.message}" for finding in review.findings_new],
        "errors": list(review.errors),
        "unchanged": review.unchanged,
    }


def _stack(review: StackReview, base: str) -> Iterator[str]:
    yield f"### `{review.stack}` against `{base}`: {format_summary(review)}"
    yield ""
    for note in review.notes:
        yield f"{note}\n"
    if review.errors:
        yield from _section("The deployment fails", (f"- {error}" for error in review.errors))
    yield from _section("Flows that the change breaks", (f"- {line}" for line in review.flows_broken))
    yield from _section("Flows that the change opens", (f"- {line}" for line in review.flows_opened))
    yield from _section("New policy findings", map(_finding, review.findings_new))
    yield from _section("New public access", (f"- {line}" for line in review.public_access_opened))
    yield from _section("New roles", (_right(right, "gets") for right in review.rights_added))
    yield from _section("Replaced: the old resource is deleted", map(_replaced, review.of("replace")))
    yield from _section("Deleted", map(_deleted, review.of("delete")))
    yield from _section("New versions: the old ones stay", map(_new_version, review.of("version")))
    yield from _section("Created", map(_named, review.of("create")), fold=True)
    yield from _section("Updated in place", map(_updated, review.of("update")), fold=True)
    resolved = [
        *(f"- no longer: {line}" for line in review.public_access_closed),
        *(_right(right, "loses") for right in review.rights_removed),
        *(f"{_finding(finding)} (resolved)" for finding in review.findings_resolved),
    ]
    yield from _section("Public access closed, roles removed, findings resolved", resolved, fold=True)
    yield f"Unchanged resources: {review.unchanged}.\n"


def _section(title: str, lines: Iterable[str], *, fold: bool = False) -> Iterator[str]:
    items = list(lines)
    if not items:
        return
    if fold:
        yield f"<details><summary>{title} ({len(items)})</summary>\n"
        yield from items
        yield "\n</details>\n"
        return
    yield f"**{title}** ({len(items)})\n"
    yield from items
    yield ""


def _type(change: ResourceChange) -> str:
    return change.type.removeprefix("azure-native:").removeprefix("kubernetes:")


def _named(change: ResourceChange) -> str:
    return f"- `{change.name}` · {_type(change)}"


def _properties(change: ResourceChange) -> str:
    shown = ", ".join(f"`{path}`" for path in change.properties[:_SHOWN_PROPERTIES])
    more = len(change.properties) - _SHOWN_PROPERTIES
    return shown + (f" and {more} more" if more > 0 else "")


def _updated(change: ResourceChange) -> str:
    return f"{_named(change)}: {_properties(change)}" if change.properties else _named(change)


def _replaced(change: ResourceChange) -> str:
    forced = f" forced by {_properties(change)}" if change.properties else " with the resource it belongs to"
    return f"{_named(change)}{forced}{_consequences(change)}"


def _new_version(change: ResourceChange) -> str:
    old, new = change.versions
    step = f" `{old}` → `{new}`" if old and new else ""
    # The versions are shown already, so paths that end in `version` need not be listed.
    properties = tuple(path for path in change.properties if path.rpartition(".")[2] != "version")
    if not properties:
        return f"{_named(change)}{step}: only what it runs has changed."
    return f"{_named(change)}{step}: by {_properties(replace(change, properties=properties))}."


def _deleted(change: ResourceChange) -> str:
    if change.retained:
        return f"{_named(change)}: stays in Azure, but this stack no longer manages it."
    return f"{_named(change)}{_consequences(change)}"


def _consequences(change: ResourceChange) -> str:
    lost = f"; lost: {change.lost}" if change.lost else ""
    return f"{lost}.{_PROTECTED if change.protected else ''}"


def _right(right: Right, verb: str) -> str:
    why = f": {right.why}" if right.why else ""
    return f"- **{right.who}** {verb} {right.role} on {right.scope}{why}"


def _finding(finding: PolicyFinding) -> str:
    name = finding.urn.rpartition("::")[2]
    return f"- {finding.policy.severity} `{finding.policy.id}` on `{name}`: {finding.message}"
