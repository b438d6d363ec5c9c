"""The commands of this package: name, help, panel and where the function is. Importing it imports no command.

`roast` finds the table by the entry point `roast.commands`.
"""

from __future__ import annotations

_PANEL = "Model on this machine (data scientist)"

COMMANDS = (
    (
        "demo",
        "Show the whole pipeline: sample sales, run, forecast, serve, one request, report.",
        _PANEL,
        "ml.cli.demo:demo",
    ),
    (
        "run",
        "Run the pipeline on this machine: sales to a registered forecast with a report.",
        _PANEL,
        "ml.cli.run:run",
    ),
    (
        "forecast",
        "Write the forecast of every store for the months after training, with intervals.",
        _PANEL,
        "ml.cli.forecast:forecast",
    ),
    (
        "serve",
        "Serve the champion on this machine, reachable from this machine only. Ctrl-C stops it.",
        _PANEL,
        "ml.cli.serve:serve",
    ),
    (
        "score",
        "Print the forecast of each row, or every bad row with its field and the reason.",
        _PANEL,
        "ml.cli.score:score",
    ),
    ("data", "Sales for the embedded warehouse: from a file, from a public set, or made up.", _PANEL, ""),
    (
        "data load",
        "Fill the embedded warehouse from a file or a public set; what was in it is replaced.",
        "",
        "ml.cli.data:load",
    ),
    (
        "data sample",
        "Make up plausible sales in three countries, as a CSV or parquet file for `roast data load`.",
        "",
        "ml.cli.sample:sample",
    ),
)
