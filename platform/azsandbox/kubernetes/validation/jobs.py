"""Jobs and cron jobs.

Source: kubernetes pkg/apis/batch/validation/validation.go.
"""

from __future__ import annotations

import re
import zoneinfo

from azsandbox.kubernetes.validation import cron, names, pods, selectors
from azsandbox.kubernetes.validation.field import Field, Problems, distinct
from azsandbox.kubernetes.validation.release import Release

_MOST_PARALLEL = _MOST_FAILED = 100_000
_MOST_RULES, _MOST_CODES = 20, 255
_MANAGER = 63
_ZONE_PART = re.compile(r"[A-Za-z.\-_0-9+]{1,14}")
_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")


def job(manifest: Field, release: Release) -> Problems:
    spec, name = manifest["spec"], manifest["metadata"]["name"]
    yield from _spec(spec, release)
    yield from selectors.label_selector(spec["selector"])
    if spec["selector"].present and not spec["manualSelector"].on and not spec["manualSelector"].unknown:
        yield spec["selector"].invalid("`selector` not auto-generated")
    if spec["manualSelector"].on:
        labels = spec["template"]["metadata"]["labels"]
        if not spec["selector"].present:
            yield spec["selector"].required()
        elif selectors.mismatch(spec["selector"], labels):
            yield labels.invalid("`selector` does not match template `labels`", labels.value or {})
    completions = spec["completions"].number
    if spec["completionMode"].text == "Indexed" and completions and name.text:
        hostname = f"{name.text}-{completions - 1}"
        if list(names.dns_label(hostname)):
            yield name.invalid(f"will not able to create pod with invalid DNS label: {hostname}")


def cron_job(manifest: Field, release: Release) -> Problems:
    spec = manifest["spec"]
    schedule, zone = spec["schedule"], spec["timeZone"]
    yield from schedule.named(cron.complaints)
    if "TZ" in schedule.text:
        yield schedule.invalid("cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
    yield from _time_zone(zone)
    yield from spec["concurrencyPolicy"].option(("Allow", "Forbid", "Replace"))
    for name in ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        yield from spec[name].at_least(0)
    inner = spec["jobTemplate"]["spec"]
    yield from _spec(inner, release)
    if inner["selector"].present:
        yield inner["selector"].invalid("`selector` will be auto-generated")
    if inner["manualSelector"].on:
        yield inner["manualSelector"].unsupported(("nil", "false"))


def _time_zone(field: Field) -> Problems:
    if not field.is_text:
        return
    if not field.text:
        yield field.invalid("timeZone must be nil or non-empty string")
    elif any(
        part in {".", ".."} or part.startswith("-") or not _ZONE_PART.fullmatch(part)
        for part in field.text.split("/")
    ):
        yield field.invalid(f"unknown time zone {field.text}")
    elif field.text.lower() == "local":
        yield field.invalid(
            "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        )
    elif field.text != "UTC" and not _known_zone(field.text):
        yield field.invalid(f"unknown time zone {field.text}")


def _known_zone(name: str) -> bool:
    """Whether the zone exists; without a database of zones every zone counts as known."""
    known = zoneinfo.available_timezones()
    return not known or name in known


def _spec(spec: Field, release: Release) -> Problems:
    for name in (
        "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished",
        "backoffLimitPerIndex", "maxFailedIndexes",
    ):  # fmt: skip
        yield from spec[name].at_least(0)
    yield from _indexes(spec)
    yield from _failure_policy(spec)
    yield from _success_policy(spec)
    manager, replacement = spec["managedBy"], spec["podReplacementPolicy"]
    if manager.is_text:
        yield from manager.named(names.domain_path)
        yield from manager.shorter_than(_MANAGER)
    if replacement.is_text:
        options = ("Failed",) if spec["podFailurePolicy"].present else ("Failed", "TerminatingOrFailed")
        if replacement.text not in options:
            yield replacement.unsupported(options)
    yield from pods.template(spec["template"], release)
    yield from _restart(spec)


def _restart(spec: Field) -> Problems:
    """A job's pods end; after a failure they are restarted in place or replaced."""
    restart = spec["template"]["spec"]["restartPolicy"]
    if restart.unknown:
        return
    if restart.text in {"", "Always"}:
        yield restart.required('valid values: "OnFailure", "Never"')
    elif restart.text not in {"OnFailure", "Never"}:
        yield restart.unsupported(("OnFailure", "Never"))
    elif restart.text == "OnFailure" and spec["podFailurePolicy"].present:
        yield restart.invalid('only "Never" is supported when podFailurePolicy is specified')


def _indexes(spec: Field) -> Problems:
    mode, per_index, failed = spec["completionMode"], spec["backoffLimitPerIndex"], spec["maxFailedIndexes"]
    if mode.is_text and mode.text not in {"NonIndexed", "Indexed"}:
        yield mode.unsupported(("NonIndexed", "Indexed"))
    if failed.present and not per_index.present:
        yield per_index.required("when maxFailedIndexes is specified")
    if mode.text == "Indexed":
        completions = spec["completions"]
        if not completions.present and spec["parallelism"].present:  # without both there is one
            yield completions.required("when completion mode is Indexed")
        yield from spec["parallelism"].at_most(
            _MOST_PARALLEL,
            f"must be less than or equal to {_MOST_PARALLEL} when completion mode is Indexed",
        )
        yield from failed.at_most(_MOST_FAILED)
        if completions.number is not None:
            yield from failed.at_most(completions.number, "must be less than or equal to completions")
    elif not mode.unknown:
        for field in (per_index, failed):
            if field.number is not None:
                yield field.invalid("requires indexed completion mode")


def _failure_policy(spec: Field) -> Problems:
    rules = spec["podFailurePolicy"]["rules"]
    yield from rules.fewer_than(_MOST_RULES)
    template = spec["template"]["spec"]
    containers = [*template["containers"].items(), *template["initContainers"].items()]
    known = {container["name"].text for container in containers}
    for rule in rules.items():
        action = rule["action"]
        yield from action.choice(_ACTIONS, f"valid values: {list(_ACTIONS)}")
        if action.text == "FailIndex" and not spec["backoffLimitPerIndex"].present:
            yield action.invalid("requires the backoffLimitPerIndex to be set")
        codes, conditions = rule["onExitCodes"], rule["onPodConditions"]
        if codes.present and conditions.count:
            yield rule.invalid("specifying both OnExitCodes and OnPodConditions is not supported")
        elif isinstance(rule.value, dict) and not codes.present and conditions.empty:
            yield rule.invalid("specifying one of OnExitCodes and OnPodConditions is required")
        yield from _exit_codes(codes, known)
        yield from conditions.fewer_than(_MOST_RULES)
        for condition in conditions.items():
            yield from condition["type"].named(names.qualified_name)
            yield from condition["status"].option(("False", "True", "Unknown"))


def _exit_codes(field: Field, containers: set[str]) -> Problems:
    if not isinstance(field.value, dict):
        return
    operator, values, container = field["operator"], field["values"], field["containerName"]
    yield from operator.choice(("In", "NotIn"))
    if container.is_text and container.text not in containers:
        yield container.invalid("must be one of the container or initContainer names in the pod template")
    if values.empty:
        yield values.invalid("at least one value is required", [])
    yield from values.fewer_than(_MOST_CODES)
    numbers = [value.number for value in values.items() if value.number is not None]
    if operator.text == "In" and 0 in numbers:
        yield values.invalid("must not be 0 for the In operator")
    yield from distinct(values.items())
    if numbers != sorted(numbers):
        yield values.invalid("must be ordered")


def _success_policy(spec: Field) -> Problems:
    policy = spec["successPolicy"]
    if not policy.present or policy.unknown:
        return
    if spec["completionMode"].text != "Indexed":
        if not spec["completionMode"].unknown:
            yield policy.invalid("requires indexed completion mode")
        return
    rules = policy["rules"]
    yield from rules.need("at least one rules must be specified when the successPolicy is specified")
    yield from rules.fewer_than(_MOST_RULES)
    completions = spec["completions"].number
    for rule in rules.items():
        count = rule["succeededCount"]
        if isinstance(rule.value, dict) and not count.present and not rule["succeededIndexes"].present:
            yield rule.required("at least one of succeededCount or succeededIndexes must be specified")
        yield from count.at_least(0)
        yield from _listed_indexes(rule, completions)
        if completions is not None:
            yield from count.at_most(
                completions,
                f"must be less than or equal to {completions} (the number of specified completions)",
            )


def _listed_indexes(rule: Field, completions: int | None) -> Problems:
    """`0,2-4`: ascending indexes below the number of completions."""
    indexes, count = rule["succeededIndexes"], rule["succeededCount"].number
    if not indexes.is_text or completions is None:
        return
    total, last = 0, -1
    for part in indexes.text.split(",") if indexes.text else ():
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", part, re.ASCII)
        if match is None:
            yield indexes.invalid(
                f"error parsing succeededIndexes: cannot convert string to integer for index: {part!r}"
            )
            return
        low, high = int(match[1]), int(match[2] or match[1])
        if high >= completions or low <= last or (match[2] and high <= low):
            yield indexes.invalid(
                f"error parsing succeededIndexes: {part!r} is out of order or not below {completions}"
            )
            return
        total, last = total + high - low + 1, high
    if count is not None and count > total:
        yield rule["succeededCount"].invalid(
            f"must be less than or equal to {total} (the number of indexes in the specified "
            f"succeededIndexes field)"
        )
