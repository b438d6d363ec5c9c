"""The steps, each described once, and how they are wired."""

from __future__ import annotations

from ml.spec import Node, Param, Pipeline, Port, Step

HORIZON = Param(
    name="horizon",
    kind=int,
    default=3,
    minimum=1,
    maximum=24,
    description="months ahead to forecast and test",
)
RECIPE = Param(
    name="recipe",
    kind=str,
    default="extended",
    choices=("customer", "extended"),
    description="the customer's features exactly, or those plus calendar, category shares and missingness",
)
SEED = Param(name="seed", kind=int, default=0, minimum=0, description="of every random choice")

IMPORT = Step(
    name="import",
    module="ml.steps.import_sales",
    description="Runs a SQL query on Snowflake and writes its rows as an MLTable.",
    params=(
        Param(name="table", kind=str, default="SALES", description="the sales table, if there is no query"),
        Param(name="query", kind=str, description="SQL to run instead of selecting the whole table"),
    ),
    outputs=(
        Port(name="raw", type="mltable", asset="sales-raw", description="raw sales rows, with their lineage"),
    ),
    volatile=True,
)

PREPROCESS = Step(
    name="preprocess",
    module="ml.steps.preprocess",
    description="Checks the rows, sets bad ones aside, aggregates to store and month, builds features.",
    inputs=(Port(name="raw", type="mltable", description="raw sales rows"),),
    params=(
        RECIPE,
        Param(
            name="returns",
            kind=str,
            default="net",
            choices=("net", "set-aside"),
            description="negative quantities: subtracted in their month, or set aside",
        ),
        Param(
            name="quarantine_limit",
            kind=float,
            default=0.05,
            minimum=0,
            maximum=1,
            description="share of rows above which the run stops instead of setting them aside",
        ),
    ),
    outputs=(
        Port(
            name="monthly", type="uri_folder", asset="sales-monthly", description="sales by store and month"
        ),
        Port(name="features", type="uri_folder", asset="sales-features", description="training features"),
        Port(name="quality", type="uri_folder", description="quarantined rows, counts by rule, warnings"),
    ),
)

TRAIN = Step(
    name="train",
    module="ml.steps.train",
    description="Fits the random forest, the chosen alternatives and the baselines on all complete months.",
    inputs=(Port(name="features", type="uri_folder", description="training features"),),
    params=(
        Param(
            name="model",
            kind=str,
            default="lagged",
            description="alternatives beside the random forest: xgboost, lagged, lstm; several with commas",
        ),
        RECIPE,
        HORIZON,
        SEED,
    ),
    outputs=(
        Port(name="models", type="uri_folder", description="one fitted bundle per candidate"),
        Port(name="importance", type="uri_folder", description="feature importance, as a table and a plot"),
    ),
)

EVALUATE = Step(
    name="evaluate",
    module="ml.steps.evaluate",
    description="Backtests every candidate from rolling origins and judges the best against the champion.",
    inputs=(
        Port(name="features", type="uri_folder", description="training features"),
        Port(name="models", type="uri_folder", description="one fitted bundle per candidate"),
        Port(name="champion", type="mlflow_model", optional=True, description="the model now in service"),
    ),
    params=(
        HORIZON,
        SEED,
        Param(
            name="origins", kind=int, default=4, minimum=1, maximum=24, description="backtest origins at most"
        ),
        Param(
            name="coverage",
            kind=float,
            default=0.8,
            minimum=0.5,
            maximum=0.99,
            description="share of months that a prediction interval should hold",
        ),
    ),
    outputs=(
        Port(name="evaluation", type="uri_folder", description="scores, backtest, intervals and the verdict"),
    ),
)

REGISTER = Step(
    name="register",
    module="ml.steps.register",
    description="Packs the winner as an MLflow model and registers it, if the gate lets it pass.",
    inputs=(
        Port(name="features", type="uri_folder", description="training features"),
        Port(name="models", type="uri_folder", description="one fitted bundle per candidate"),
        Port(name="importance", type="uri_folder", description="feature importance"),
        Port(name="evaluation", type="uri_folder", description="scores, backtest, intervals and the verdict"),
    ),
    params=(
        Param(
            name="registered_model",
            kind=str,
            default="monthly-demand",
            description="its name in the registry",
        ),
        Param(name="require", kind=str, description="fail unless this model wins the backtest"),
    ),
    outputs=(
        Port(name="registration", type="uri_folder", description="what was registered, or why nothing was"),
    ),
    volatile=True,
)

REPORT = Step(
    name="report",
    module="ml.steps.report",
    description="Writes the run's report as one HTML file.",
    inputs=(
        Port(name="monthly", type="uri_folder", description="sales by store and month"),
        Port(name="quality", type="uri_folder", description="quarantined rows, counts by rule, warnings"),
        Port(name="importance", type="uri_folder", description="feature importance"),
        Port(name="evaluation", type="uri_folder", description="scores, backtest, intervals and the verdict"),
        Port(name="registration", type="uri_folder", description="what was registered, or why nothing was"),
    ),
    outputs=(Port(name="report", type="uri_file", description="self-contained HTML"),),
)

PIPELINE = Pipeline(
    name="monthly-demand",
    description="Daily sales in Snowflake to a registered monthly demand forecast.",
    nodes=(
        Node(step=IMPORT, inputs={}),
        Node(step=PREPROCESS, inputs={"raw": "import.raw"}),
        Node(step=TRAIN, inputs={"features": "preprocess.features"}),
        Node(
            step=EVALUATE,
            inputs={
                "features": "preprocess.features",
                "models": "train.models",
                "champion": "pipeline.champion",
            },
        ),
        Node(
            step=REGISTER,
            inputs={
                "features": "preprocess.features",
                "models": "train.models",
                "importance": "train.importance",
                "evaluation": "evaluate.evaluation",
            },
        ),
        Node(
            step=REPORT,
            inputs={
                "monthly": "preprocess.monthly",
                "quality": "preprocess.quality",
                "importance": "train.importance",
                "evaluation": "evaluate.evaluation",
                "registration": "register.registration",
            },
        ),
    ),
)
