"""The errors a user can meet. Each is one line that says what is wrong, where, and what to do.

``` MLError                    exit code 1: a step or a command could not be finished ├── InputError
2: the data, a file, an option or a setting is wrong │   ├── RowsRefusedError       rows that the model cannot
forecast (`ml.core.predictor`) │   └── RequestRefusedError    a scoring request that is answered with 4xx
(`ml.serving.request`) ├── GateLostError          3: `--require MODEL`, and MODEL did not win the backtest ├──
UnreachableError       75: a service (Snowflake, Key Vault, MLflow, an endpoint) is busy or does not answer
├── AccessDeniedError      77: a service refused the sign-in, or a right is missing ├── ChampionChangedError
1: another champion was registered meanwhile (`ml.store.registry`) └── StepFailedError        1: a step's
process failed without a message for the user (`ml.local.failures`) ```

A step's process ends with the same codes: `ml.steps.entry`.
"""

from __future__ import annotations


class MLError(Exception):
    """A failure with a message for the user; the command line prints it without a traceback.

    Args:
        message: what is wrong and where: the file, column, row, option or value.
        hint: what to do about it, or what is allowed.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class InputError(MLError):
    """The user's data, file, option or setting is wrong."""

    exit_code = 2


class GateLostError(MLError):
    """The model that `--require` names did not win the backtest."""

    exit_code = 3


class UnreachableError(MLError):
    """A service is busy or does not answer; the same command may succeed later."""

    exit_code = 75


class AccessDeniedError(MLError):
    """A service refused the sign-in, or the identity lacks a right."""

    exit_code = 77
