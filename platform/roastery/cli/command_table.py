"""The commands of this package: name, help, panel and where the function is. Importing it imports no command.

Other packages register such a table on the entry-point group `roast.commands`: a module whose `COMMANDS`
holds rows `(name, help, panel, "module:function")`. A name of two words is a command of a group; a row
without a function is a group; instead of a function the last field may name a `typer.Typer`.
"""

from __future__ import annotations

GROUP = "roast.commands"

MODEL = "Model on this machine (data scientist)"
JOBS = "Jobs and models in Azure ML (data scientist, operator)"
STACKS = "Stacks (platform engineer, reviewer)"
POLICIES = "Policies (security engineer)"
PANELS = (MODEL, JOBS, STACKS, POLICIES)
"""In the order of the help; those of other packages come after them."""

COMMANDS = (
    ("job", "Jobs of the registered pipeline.", JOBS, ""),
    (
        "job submit",
        "Submit the registered pipeline, or one step of it, as a job.",
        "",
        "roastery.cli.job:submit",
    ),
    ("job cancel", "Cancel a job.", "", "roastery.cli.job:cancel"),
    (
        "job status",
        "Show assets, jobs, endpoint, traffic, the model in service and drift.",
        "",
        "roastery.cli.job:status",
    ),
    ("model", "The model in service: promotion, rollback, drift.", JOBS, ""),
    (
        "model promote",
        "Put the champion into service, step by step; go back by itself if it does worse.",
        "",
        "roastery.cli.model:promote",
    ),
    (
        "model rollback",
        "Give all traffic back to the other deployment, if it is healthy.",
        "",
        "roastery.cli.model:rollback",
    ),
    ("model ask", "Ask the model in service; prints its answer.", "", "roastery.cli.model:ask"),
    (
        "model monitor",
        "Compare recent sales with those of training; exit 10 and ask for a retrain when they have drifted.",
        "",
        "roastery.cli.model:monitor",
    ),
    (
        "bootstrap",
        "Make state store, key, shared registry and the runner's rights; again after the first up.",
        STACKS,
        "roastery.cli.bootstrap:bootstrap",
    ),
    (
        "mirror",
        "Mirror charts and images by digest into the shared registry.",
        STACKS,
        "roastery.cli.bootstrap:mirror",
    ),
    (
        "login-registry",
        "Sign in to the registry of the charts, in a file that Pulumi's Kubernetes provider reads.",
        STACKS,
        "roastery.cli.bootstrap:login_registry",
    ),
    ("stack", "A stack of the platform: what a change does, a drawing, a demo.", STACKS, ""),
    (
        "stack preview",
        "Show what the working tree changes in stacks deployed from a base commit; no credentials needed.",
        "",
        "roastery.cli.stack:preview",
    ),
    (
        "stack graph",
        "Draw the platform from its state as one SVG: network, private links, services, cluster, identities.",
        "",
        "roastery.cli.stack:graph",
    ),
    (
        "stack demo",
        "Show the whole platform in the sandbox: deploy, sample sales, job, promotion, one request, report.",
        "",
        "roastery.cli.stack_demo:demo",
    ),
    (
        "flows",
        "Prove on a state who reaches what, as whom; list the rules and roles that no flow needs.",
        POLICIES,
        "roastery.cli.flows:flows",
    ),
    (
        "audit",
        "Compare what is deployed with the program, the policies and the flows; exit 10 if it only drifted.",
        POLICIES,
        "roastery.cli.audit:audit",
    ),
    (
        "cost",
        "Estimate what a stack costs per month, at least and at most, from its state and a price list.",
        STACKS,
        "roastery.cli.cost:cost",
    ),
    ("snowflake", "Snowflake's side of a stack.", STACKS, ""),
    (
        "snowflake sql",
        "Print the SQL that prepares Snowflake for a stack: role, warehouse, user, grants.",
        "",
        "roastery.cli.snowflake:sql",
    ),
    (
        "doctor",
        "Say what a deployment lacks on this machine or in Azure, and what to type.",
        STACKS,
        "roastery.cli.doctor:doctor",
    ),
    ("policy", "The security team's rules, on a state.", POLICIES, ""),
    (
        "policy check",
        "Run all policies on the sandbox's state of a stack, deployed first, or on an exported state.",
        "",
        "roastery.cli.policy:check",
    ),
    (
        "policy list",
        "List the policies; docs/policies.md explains them with their reasons.",
        "",
        "roastery.cli.policy:list_policies",
    ),
    (
        "policy rights",
        "List who may do what: roles in Azure, workloads with an identity, roles in the cluster.",
        "",
        "roastery.cli.policy:list_rights",
    ),
)

RENAMED = {
    "submit": "job submit",
    "cancel": "job cancel",
    "status": "job status",
    "promote": "model promote",
    "rollback": "model rollback",
    "ask": "model ask",
    "monitor": "model monitor",
    "preview": "stack preview",
    "graph": "stack graph",
    "stack-demo": "stack demo",
    "sandbox demo": "stack demo",
}
"""Old names of commands, which work in this version: the new names by the old ones."""
