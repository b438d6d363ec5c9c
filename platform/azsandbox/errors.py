"""What can go wrong in the sandbox, drawn as one tree.

SandboxError                    one line for the user, `exit_code` for the shell
├── ToolchainError              the Pulumi CLI can be neither downloaded nor built
├── NotInSandboxError           a stand-in was started by something other than `roast sandbox`
├── ProjectError                no Pulumi project here, or no such stack file
├── ExportError                 the state can't be written where or as it was asked
├── NotModelledError            a resource type, property or invoke that the sandbox does not know
└── ArmError                    what Azure Resource Manager answers: status, code, message
"""

from __future__ import annotations


class SandboxError(Exception):
    """Base of what the sandbox tells its user; the message is the whole explanation, in one line."""

    exit_code = 1


class ToolchainError(SandboxError):
    """No Pulumi CLI could be had."""

    exit_code = 69


class NotInSandboxError(SandboxError):
    """A stand-in found itself outside of a sandbox session."""

    exit_code = 78


class ProjectError(SandboxError):
    """The command was given nothing it could run on."""

    exit_code = 66


class ExportError(SandboxError):
    """The state of a stack can't be written: a wrong folder, or an input that has no place."""

    exit_code = 2


class NotModelledError(SandboxError):
    """Something that the stand-in does not know; it never pretends."""


class ArmError(SandboxError):
    """An answer of Azure Resource Manager that refuses the request.

    Printed as azure-native prints it: `Status=409 Code="StorageAccountAlreadyTaken" Message="…"`.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f'Status={status} Code="{code}" Message="{message}"')
        self.status = status
        self.code = code
        self.message = message
