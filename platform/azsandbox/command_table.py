"""What the command line of Roastery lists of this package, where both are installed: `roast sandbox …`.

The table behind the entry point `roast.commands`; nothing is imported before a command is used.
"""

from __future__ import annotations

HELP = "An offline Azure subscription: Pulumi's own engine against stand-ins for Azure and Kubernetes."

COMMANDS = (
    (
        "sandbox",
        HELP,
        "Stacks (platform engineer, reviewer)",
        "azsandbox.cli:app",
    ),
)
