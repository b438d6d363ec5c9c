"""The part of `docs/policies.md` that says how to write a policy; a test follows it to the letter."""

from __future__ import annotations

MODULE = """\
from __future__ import annotations

from collections.abc import Iterator

from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)

SEARCH = "azure-native:search:Service"


def _replicas(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    count = resource.get("replicaCount", 1)
    if count < settings["replicas"]:
        yield Violation("replicaCount", f"is {count}, must be at least {settings['replicas']}")


POLICIES = (
    Policy(
        id="search-replicas",
        title="Search services have more than one replica",
        reason="With one replica there is no SLA for queries.",
        fix="Raise replicaCount.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.ADVISORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB BR-2",),
        types=(SEARCH,),
        check=_replicas,
        config={"replicas": {"type": "integer", "minimum": 1, "default": 2}},
    ),
)
"""

TEXT = f"""\
## Write a policy

A policy is a pure function of one resource (`check`) or of the whole stack (`check_stack`), with a text for
whoever meets it. Its kind of resource is then judged, and no longer a finding of `kind-unproven`.

1. Write a module in `platform/roastery/policies/rules/`, here `search.py`. Properties have the names that the
   provider receives; `resource.get("a.b", default)` reads one, `resource.each("a")` the elements of a list.
   A value that is unknown before an update needs no code: the policy is then unproven.

```python
{MODULE}```

2. Add the module to `FAMILIES` in `platform/roastery/policies/catalogue.py`:
   `"Data": Family(data, search),`.
3. Add a violation to `tests/platform/roastery/policies/program/bad.py` (a good resource and what is changed
   in it), or to `bad_kinds.py` if the good program has no resource of the kind.
4. Map it: an id of the Microsoft cloud security benchmark in `ids` brings the controls of the other
   frameworks. Without one, add it to `OWN_CONTROLS` in `frameworks.py`, or to `UNMAPPED` with the reason.
5. Generate this page, and run the tests in `tests/platform/roastery/policies`.

A check that raises is one finding that names the policy, the error and the line, and blocks like a violation;
all other policies still run. A kind that needs no policy is added to
`platform/roastery/policies/rules/harmless.py` with the reason.
"""
