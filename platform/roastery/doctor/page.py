"""`python -m roastery.doctor.page`: writes docs/doctor.md, whose tables are the catalogue's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from roastery.doctor.catalogue import AZURE, MACHINE
from roastery.doctor.checks.namespaces import required
from roastery.doctor.model import Check
from roastery.files import write

PAGE = Path("docs/doctor.md")

_HEAD = """\
# What must stand before: `roast doctor`

The first `pulumi up` in a subscription fails for reasons that no preview shows: a resource provider that is
not registered, a quota that is too small, a name that somebody else has. `roast doctor` looks for these
beforehand. The tables of this page are generated from its checks; after a change, run
`python -m roastery.doctor.page`.

```console
.venv/bin/roast doctor                                # this machine
.venv/bin/roast doctor --stack prod                   # and the programs that this stack needs
.venv/bin/roast doctor --target azure --stack prod    # the subscription, with your own sign-in
.venv/bin/roast doctor --target sandbox --stack prod  # the same checks against the offline subscription
.venv/bin/roast doctor --target azure --stack prod --json
```

Each line begins with `ok`, `warning` or `error`, then the check and what was seen; the line below it says
what to type. Nothing is changed: every request reads. A check that fails leaves the others alone; without a
sign-in, those that need one share a line.

| exit code | |
|---|---|
| 0 | no error; there may be warnings |
| 1 | errors |
| 2 | an option or the stack file is wrong |
| 69 | a program is missing, and nothing else is wrong |
| 75 | a service is throttled or can't be reached, and nothing else is wrong |
| 77 | nobody is signed in, or a right is missing, and nothing else is wrong |

All exit codes: [exit-codes.md](exit-codes.md).

## The sign-in

`DefaultAzureCredential` of azure-identity signs in: `az login`, or the variables of a workload identity.
The role Reader on the subscription shows almost everything; two checks want more:

- `state` lists blobs, which wants *Storage Blob Data Reader* or more on the container: an Owner has no data
  role.
- `images` reads manifests, which wants *AcrPull* on the registry.

`agents` asks Azure DevOps with a token of its own, of the same sign-in: it has to be a member of the
organisation, with Reader on its agent pools. `snowflake` signs in nowhere: it looks whether the host
answers over TLS.

Throttling (429) is waited for as `Retry-After` says, three times, and at most 30 seconds each; then it is
said.

"""
_NAMESPACES = """\
## The resource providers

They are read from the imports of `platform/roastery/components`, so that a new component is asked for by
itself; some stand behind others. ARM does not tell upper from lower case.

"""
_SANDBOX = """\
## The offline subscription

`--target sandbox` runs the same code against the sandbox's ARM API, where everything is registered, in
stock and allowed, unless the stack file says otherwise. `fresh` is a subscription in which nothing has been
registered: deployments are then refused as Azure refuses them, until the registration is asked for through
the API.

```yaml
config:
  azsandbox:subscription: fresh
```

An object in its place injects what a check should find; `platform/azsandbox/README.md` lists the keys.

## Which versions of Kubernetes

The dates of AKS are in `platform/roastery/kubernetes_calendar.json`, with source and day; a test compares
them with the sandbox's table. The doctor, and the policies `aks-version` and `aks-version-lasts`, warn from
60 days before the end of support, and fail after it; they also warn of a version that Azure ML's extension
does not support, which takes AKS's newest minor version and the two before it.

## What it does not see

- Capacity: a size that is sold may be sold out at the moment.
- A soft-deleted workspace of Azure ML: the published clients list none; the portal does (Recently deleted).
  Its name is kept for 14 days, or until it is deleted permanently.
- Whether Snowflake accepts the sign-in: the first import shows it.
"""


def page() -> str:
    """The text of docs/doctor.md."""
    parts = [
        _HEAD,
        "## This machine\n\n",
        *_table(MACHINE),
        "\n## Azure, and what is around it\n\n",
        *_table(AZURE),
        "\n",
        _NAMESPACES,
        "| namespace | for |\n|---|---|\n",
        *(f"| `{namespace.lower()}` | {why} |\n" for namespace, why in required().items()),
        "\n",
        _SANDBOX,
    ]
    return "".join(parts)


def _table(checks: Sequence[Check]) -> Iterator[str]:
    yield "| check | what must hold | why | page |\n|---|---|---|---|\n"
    for check in checks:
        link = f"[page]({check.page})" if check.page else ""
        yield f"| `{check.id}` | {check.title} | {check.why} | {link} |\n"


if __name__ == "__main__":
    write(PAGE, page())
