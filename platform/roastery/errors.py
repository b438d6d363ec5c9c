"""The errors that a user can meet. Each is one line that says what is wrong, where, and what to do.

```
RoasteryError                   exit code 1: it could not be done
├── ArgoError                   1: a manifest of workflows or triggers is wrong
├── AuditError                  1: what is deployed could not be read, or not compared with the program
├── BaseCommitError             2: the base of a review can't be checked out
├── BootstrapError              1: a step before the platform could not be done
│   ├── OutOfReachError         75: a service is busy, or can't be reached from here
│   ├── PlanError               2: the stack file is wrong, or the folder is not a checkout
│   ├── RightMissingError       77: a service refused the sign-in, or a right is missing
│   └── ToolMissingError        69: a program that the command needs is not installed
├── CostError                   2: a price list or an assumption is wrong
├── DeploymentFailedError       1: the stack to check could not be deployed into the sandbox
├── GraphError                  2: a file is not a readable state
│   └── EmptyStateError         2: a state has no resources
├── JobsError                   1: trying again changes nothing
│   ├── AuthorizationError      77: a service refused the sign-in, or a right is missing
│   ├── ProgramMissingError     69: a program that the command needs is not installed
│   ├── TransientError          75: a service is busy or unreachable
│   └── UsageError              2: an option is wrong; nothing was sent
├── NameRuleError               2: a composed name breaks the rule of its service
├── NothingToCheckError         2: neither a stack nor a state is named, or both are
├── PolicyConfigError           2: the configuration of the policies is wrong
├── RetailPricesError           75: the public price list does not answer
├── ScanError                   2: a scanner can't be run, or its configuration is wrong
├── ServiceError                1: a service of Azure did not answer what was asked
│   ├── ServiceBusyError        75: it is throttled, overloaded or can't be reached
│   └── ServiceDeniedError      77: it refused the sign-in, or a right is missing
├── SnowflakeSqlError           2: Snowflake's SQL can't be written for these settings
├── StackFileError              2: there is no such stack file, or it can't be read
├── StateError                  2: a state file can't be read
├── TargetError                 1: the target is not installed, or can't do what was asked
│   └── NoTargetError           2: no installed package offers the target
├── TooManyCredentialsError     2: more service accounts for an identity than Azure allows
├── UnknownProgramError         2: the flows of a state's program are not declared
├── UnwritableError             2: a file that the user asked for can't be written
└── WaiverError                 2: the file of waivers is wrong
```

A test compares the tree with the classes. The program's `ConfigError` is an error of Pulumi, which prints it;
`ml.errors` and `azsandbox.errors` draw the trees of the other two packages. The command line knows an error
for the user by its `exit_code`, whatever package it comes from.
"""

from __future__ import annotations

# What the exit code of every command means; docs/runbook.md and the Argo workflows rely on it.
EXIT_CODES: dict[int, str] = {
    0: "done",
    1: "it could not be finished, or a check failed",
    2: "the data, a file, an option or a setting is wrong",
    3: "the gate was not passed",
    10: "done, and drift was found",
    69: "a program that is needed is missing: the Pulumi CLI, the Kubernetes API server",
    70: "a defect of this program",
    75: "a service is busy or unreachable: the same command may succeed later",
    77: "a service refused the sign-in, or a right is missing",
    129: "its terminal was closed",
    130: "interrupted by Ctrl-C",
    143: "terminated",
}


class RoasteryError(Exception):
    """A failure with a message for the user; the command line prints it without a traceback.

    Args:
        message: what is wrong and where: the file, key, value or option.
        hint: what to do about it, or what is allowed.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message
