"""Settings of workflows: where they run, and the jobs that they submit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from roastery.components.argo.errors import ArgoError
from roastery.domain import ImageRef

SECRETS_PATH = "/mnt/secrets"
INSIGHTS = "insights"  # key of the config map with the connection string for metrics
SEMAPHORES = "semaphores"


@dataclass(frozen=True, kw_only=True)
class RuntimeContext:
    """Where workflows run, as which account, and where they report.

    Args:
        image: of every container; by digest, since a tag can be moved to other content.
        namespace: of the workflows.
        account: service account of their pods.
        secrets: name of the SecretProviderClass whose files are below `SECRETS_PATH`.
        notify_file: the file there with the address that failures are posted to; None tells Azure Monitor.
        token_file: the file there with the bearer token of the drift webhook.
        drift_url: where drift is reported.
        page: address of Argo's page, for links in notices.
        telemetry: name of the config map whose key `INSIGHTS` holds the connection string for metrics.
        environment: variables that name the workspace for `roast`; none is a secret.

    Raises:
        ArgoError: the image is not pinned.
    """

    image: str
    namespace: str
    account: str
    secrets: str
    notify_file: str | None
    token_file: str
    drift_url: str
    page: str
    telemetry: str
    environment: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        pinned(self.image)


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job that `roast job submit` starts in Azure ML.

    Args:
        template: name of its workflow template, e.g. `preprocess`.
        target: argument of `roast job submit`: `pipeline`, or one of its steps.
        start: the step that the pipeline starts from, if it is not its first.
        inputs: data assets it reads.
        outputs: what it registers; one output parameter each, empty if nothing was registered.
        params: literals with their defaults.
        environment: variables of this job alone; none is a secret.
        hours: its deadline.
    """

    template: str
    target: str
    start: str | None = None
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    hours: int = 4


def pinned(image: str) -> str:
    """The image, if it is named by digest.

    Raises:
        ArgoError: it is not; the message says how to name it.
    """
    try:
        return TypeAdapter(ImageRef).validate_python(image)
    except ValidationError as error:
        raise ArgoError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None
