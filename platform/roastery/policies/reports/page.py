"""`docs/policies.md`, from the pack: `python -m roastery.policies.reports.page` writes it."""

from __future__ import annotations

import json
from pathlib import Path

from roastery.policies import waivers
from roastery.policies.catalogue import FAMILIES, POLICIES
from roastery.policies.model import Policy

PAGE = Path("docs", "policies.md")
_HEAD = """\
# Policies

{count} rules of the security team, run on every preview and on every state. This page is made from the pack:
`python -m roastery.policies.reports.page` after a change.

## Run them

```console
.venv/bin/roast sandbox exec -- pulumi preview --stack prod --policy-pack platform/roastery/policies
pulumi preview --stack prod --policy-pack platform/roastery/policies     # a real stack, with your credentials
.venv/bin/roast policy check --stack prod                                # after an up in the sandbox
.venv/bin/roast policy check --state state.json                          # any exported state, no credentials
.venv/bin/roast policy rights --stack prod                               # who may do what, as tables
```

A preview does not know every value. What it can't prove it lists as **unproven**, which is neither passed nor
failed; `roast policy check` runs the same rules where nothing is unknown. It brings the stack up in the
sandbox first (`--no-up` takes the state that is there); `--sarif FILE` and `--markdown FILE` write reports.
It reads the state itself instead of calling `pulumi policy analyze`, which replaces every secret by the text
`[secret]`; a test holds both to the same findings.

| exit code | |
|---|---|
| 0 | nothing that blocks |
| 1 | something must be repaired, or the stack did not come up |
| 2 | a file or an option is wrong |

**Levels**: `mandatory` stops the update; `remediate` is repaired before the update, and stops it where that
is not possible; `advisory` is shown; `disabled` does not run. A stack is judged as dev when its environment
is dev, test or sandbox, as prod otherwise. **Change a level or a setting** with `--policy-pack-config FILE`
(`--config FILE` of `roast policy check`):
`{{"all": "advisory", "allowed-region": {{"regions": ["eastus2"]}}, "storage-https": "mandatory"}}`. One thing
only `roast policy check` can do: raise a policy in dev to the level that it has in prod, since Pulumi hands a
chosen level and the declared one over alike.

## Accept a finding for a while

`stacks/policy-waivers.yaml`, reviewed like code:

```yaml
waivers:
  - policy: aks-local-accounts
    resource: containerservice:ManagedCluster::aks   # the end of the resource's URN, whole parts of it
    stack: dev                                       # optional; everywhere when left out
    reason: The ML extension does not install without them; asked Microsoft.
    owner: platform engineers                        # a role, not a person
    expires: 2027-03-31                              # at most a year away
```

A waived finding is still shown. A waiver past its end fails the run, one that covers nothing is pointed out,
and a malformed one is an error with its line.

## Public ids

Checkov: its policy index. CIS Azure 3.0.0: CIS Microsoft Azure Foundations Benchmark. CIS AKS 1.8: CIS Azure
Kubernetes Service Benchmark. MCSB: Microsoft cloud security benchmark, version 1. An id names the same rule
or the wider one that it serves; a rule without one has none.
"""


def render() -> str:
    """The whole page."""
    parts = [_HEAD.format(count=len(POLICIES))]
    for family, module in FAMILIES.items():
        parts.append(_family(family, module.POLICIES))
    parts.append(_family("Waivers", waivers.POLICIES))
    settings = [policy for policy in POLICIES if policy.config]
    parts.append("## Settings\n\n| policy | setting | default | |\n|---|---|---|---|")
    parts[-1] += "".join(f"\n| `{policy.id}` | {_settings(policy)} |" for policy in settings)
    return "\n".join(parts) + "\n"


def _family(name: str, policies: tuple[Policy, ...]) -> str:
    rows = [
        f"| `{one.id}` | {one.title}. {one.reason} | {one.severity} | {one.dev} | {one.prod} "
        f"| {'<br>'.join(one.ids) or 'none'} | {one.fix} |"
        for one in policies
    ]
    head = ["| id | what and why | severity | dev | prod | ids | fix |", "|---|---|---|---|---|---|---|"]
    return "\n".join([f"## {name}", "", *head, *rows, ""])


def _settings(policy: Policy) -> str:
    return " |\n|  | ".join(
        f"`{name}` | `{json.dumps(schema['default'])}` | {schema.get('description', schema.get('type', ''))}"
        for name, schema in policy.config.items()
    )


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
