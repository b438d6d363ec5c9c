"""Generates `docs/policies.md` from the pack: `python -m roastery.policies.reports.page`."""

from __future__ import annotations

import json
from pathlib import Path

from roastery.policies import completeness, waivers
from roastery.policies.catalogue import FAMILIES, POLICIES
from roastery.policies.frameworks import CONTROLS, OWN_CONTROLS, TITLES, UNMAPPED, Control
from roastery.policies.model import Policy
from roastery.policies.reports import writing
from roastery.policies.rules.harmless import HARMLESS

PAGE = Path("docs", "policies.md")
_HEAD = """\
# Policies

{count} policies of the security team, checked on every preview and on every state. This page is generated
from the pack; after a change, run `python -m roastery.policies.reports.page`.

## Run them

```console
.venv/bin/roast sandbox exec -- pulumi preview --stack prod --policy-pack platform/roastery/policies
pulumi preview --stack prod --policy-pack platform/roastery/policies     # a deployed stack
.venv/bin/roast policy check --stack prod                                # deploys to the sandbox first
.venv/bin/roast policy check --state state.json                          # any exported state, no credentials
.venv/bin/roast policy check --state state.json --framework nist         # cis, mcsb, nist or iso27001
.venv/bin/roast policy rights --stack prod                               # who may do what, as tables
.venv/bin/roast audit --stack prod                                       # what is in Azure now
```

Some values are unknown in a preview. A policy that needs one is reported as **unproven**: it neither passed
nor failed. `roast policy check` runs the same policies on a state, where every value is known. It deploys
the stack to the sandbox first (`--no-up` uses the state that is there); `--sarif FILE` and `--markdown FILE`
write reports. It reads the state itself instead of calling `pulumi policy analyze`, which replaces every
secret with the text `[secret]`; a test checks that both report the same findings.

`roast policy check` also proves the platform's flows: who must reach what, as whom. A flow that a rule, role,
policy or record cuts is a finding of `flow-broken`, and blocks; what no flow needs is one of `flow-excess`,
and advises. `roast flows` shows the whole proof ([security.md](security.md#flows)).

**A half-made stack** is one finding, `stack-complete`: operations are pending, resources have not started,
components of the program have not ended, or what others depend on is absent. Policies about the whole stack
are then unproven, since what is missing may only be missing yet. With `--state FILE --stack S
--against-program` the check also names what the program declares and the file lacks.

**A kind of resource that no policy judges** is a finding of `kind-unproven`, which advises; the reviewed
exceptions are [below](#kinds-reviewed-as-harmless).

**Charts**: where `helm` and the chart are on this machine (a local chart, the folder that `ROAST_CHARTS`
names, or helm's own cache), the manifests that `helm template` renders are judged like declared objects, by
the policies about exposure and rights. Elsewhere the chart's values are read. The report says which.
Manifests in `ConfigGroup`, in lists, in values such as `extraObjects`, and what sensors and workflows
create, are judged too.

| exit code | |
|---|---|
| 0 | no blocking finding |
| 1 | a blocking finding, or the stack could not be deployed to the sandbox |
| 2 | a file or an option is wrong |

All exit codes: [exit-codes.md](exit-codes.md).

**Levels**: `mandatory` stops the update; `remediate` is repaired before the update, and stops it where that
is not possible; `advisory` is only shown; `disabled` is not checked. The levels of dev apply where the
environment of the stack is dev, development, test or sandbox, and those of prod otherwise. **Change a level
or a setting** with `--policy-pack-config FILE` (`--config FILE` of `roast policy check`):
`{{"all": "advisory", "allowed-region": {{"regions": ["eastus2"]}}, "storage-https": "mandatory"}}`. Only
`roast policy check` can raise a policy in dev to the level that it has in prod: Pulumi does not tell the pack
whether a level was configured or is the declared one.

## Accept a finding until a date

Add a waiver to `stacks/policy-waivers.yaml`; it is reviewed like code:

```yaml
waivers:
  - policy: aks-local-accounts
    resource: containerservice:ManagedCluster::aks   # the end of the resource's URN, in whole parts
    stack: dev                                       # optional; without it, every stack
    reason: The ML extension does not install without them; asked Microsoft.
    owner: platform engineers                        # a role, not a person
    expires: 2027-03-31                              # at most 365 days from now
```

A waived finding is still shown. An expired waiver fails the run, a waiver that covers nothing is reported,
and a malformed one is an error that names its line.

## Audit what is in Azure

`roast audit --stack S` refreshes the state of a deployed stack, as `pulumi refresh` does, and reports three
things: what was changed beside Pulumi, what the program would change, and what policies and flows say about
what is there now. It ends with 0 if nothing was found, 10 if only changes were found, and 1 if a policy or
a flow is violated or the audit could not be finished. Changes that Azure makes by itself, such as the
number of nodes of a pool that scales or the patch version of Kubernetes, are listed apart and count as
nothing (`platform/roastery/audit/noise.py` has the reasons). `workflows.audit` in the stack file, a cron
schedule, runs it in the cluster; it is off by default.

## Public ids

Checkov: its policy index. CIS Azure 3.0.0: CIS Microsoft Azure Foundations Benchmark. CIS AKS 1.8: CIS Azure
Kubernetes Service Benchmark. MCSB: Microsoft cloud security benchmark, version 1. An id names the same
rule, or a wider one that the policy serves; some policies have none.

`--framework` limits a check to the policies that serve a control of one framework, and shows the controls:
{frameworks}

The controls of NIST and of CIS Controls v8 come from the pages of the Microsoft cloud security benchmark,
version 1 (learn.microsoft.com/security/benchmark/azure/overview), which list them for each of its controls.
Those marked with * were not checked there, and all of ISO 27001 are our own mapping:

| MCSB | CIS Controls v8 | NIST SP 800-53 r4 | ISO/IEC 27001:2022 * |
|---|---|---|---|
{controls}

Our own mapping of policies that name no control: {own}. Policies without one: {unmapped}.

{writing}"""


def render() -> str:
    """The whole page."""
    head = _HEAD.format(
        count=len(POLICIES),
        frameworks="; ".join(f"`{name}`: {title}" for name, title in TITLES.items()) + ".",
        controls="\n".join(_control(name, control) for name, control in CONTROLS.items()),
        own=", ".join(f"`{policy}` {control}" for policy, control in OWN_CONTROLS.items()),
        unmapped=", ".join(f"`{policy}` ({reason})" for policy, reason in UNMAPPED.items()),
        writing=writing.TEXT,
    )
    parts = [head]
    for family, module in FAMILIES.items():
        parts.append(_family(family, module.POLICIES))
    parts.append(_family("Waivers", waivers.POLICIES))
    parts.append(_family("The state", (completeness.COMPLETE,)))
    rows = [f"| `{type_}` | {reason} |" for type_, reason in HARMLESS.items()]
    parts.append("\n".join(["## Kinds reviewed as harmless", "", "| kind | why |", "|---|---|", *rows, ""]))
    settings = [policy for policy in POLICIES if policy.config]
    parts.append("## Settings\n\n| policy | setting | default | |\n|---|---|---|---|")
    parts[-1] += "".join(f"\n| `{policy.id}` | {_settings(policy)} |" for policy in settings)
    return "\n".join(parts) + "\n"


def _family(name: str, policies: tuple[Policy, ...]) -> str:
    rows = [
        f"| `{policy.id}` | {policy.title}. {policy.reason} | {policy.severity} | {policy.dev} "
        f"| {policy.prod} | {'<br>'.join(policy.ids) or 'none'} | {policy.fix} |"
        for policy in policies
    ]
    head = ["| id | what and why | severity | dev | prod | ids | fix |", "|---|---|---|---|---|---|---|"]
    return "\n".join([f"## {name}", "", *head, *rows, ""])


def _control(name: str, control: Control) -> str:
    mark = "" if control.checked else "*"
    cis = ", ".join(f"{number}{mark}" for number in control.cis) or "none"
    nist = ", ".join(f"{number}{mark}" for number in control.nist)
    return f"| {name} | {cis} | {nist} | {', '.join(control.iso)} |"


def _settings(policy: Policy) -> str:
    return " |\n|  | ".join(
        f"`{name}` | `{json.dumps(schema['default'])}` | {schema.get('description', schema.get('type', ''))}"
        for name, schema in policy.config.items()
    )


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
