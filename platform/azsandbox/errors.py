"""Errors of the sandbox and their exit codes.

SandboxError                    1   the message explains the failure in one line; `exit_code` is for the shell
├── ProjectError                2   no Pulumi project here, no such stack file, or no such command to run
├── OptionError                 2   an option's value is not one of those allowed
├── ExportError                 2   the folder, or the format, of an export is wrong
├── NotInSandboxError           2   a stand-in was started by something other than an azsandbox session
├── ToolchainError              69  the Pulumi CLI or the Kubernetes API server is missing
├── NotModelledError            1   a resource type, property or function that the sandbox does not know
└── ArmError                    1   an error response of Azure Resource Manager: status, code, message

The command line adds 2 (wrong usage) and 130 (Ctrl-C); `exec` and the Pulumi operations pass on the exit code
of the command that they ran.
"""

from __future__ import annotations


class SandboxError(Exception):
    """Base of all errors that are meant for the user; the message is the whole explanation, in one line."""

    exit_code = 1


class ProjectError(SandboxError):
    """There is no project, stack file or command to work on."""

    exit_code = 2


class OptionError(SandboxError):
    """An option's value is not one of those allowed."""

    exit_code = 2


class ExportError(SandboxError):
    """A stack's state can't be written: the folder is wrong, or an input has no equivalent in the format."""

    exit_code = 2


class NotInSandboxError(SandboxError):
    """A stand-in was started outside of a sandbox session."""

    exit_code = 2


class ToolchainError(SandboxError):
    """The Pulumi CLI or the Kubernetes API server is missing and could not be installed."""

    exit_code = 69


class NotModelledError(SandboxError):
    """The model does not know what was asked for; it never answers with a guess."""


class ArmError(SandboxError):
    """An error response of Azure Resource Manager.

    Printed as azure-native prints it: `Status=409 Code="StorageAccountAlreadyTaken" Message="…"`.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f'Status={status} Code="{code}" Message="{message}"')
        self.status = status
        self.code = code
        self.message = message
