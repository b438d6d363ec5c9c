"""What every workflow needs to know about its runtime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from roastery.components.argo.errors import ArgoError
from roastery.domain import ImageRef

SECRETS_PATH = "/mnt/secrets"
INSIGHTS = "insights"  # key of the config map that says where metrics go
LABELS = {"app.kubernetes.io/part-of": "roastery", "app.kubernetes.io/managed-by": "pulumi"}
SEMAPHORES = "semaphores"


@dataclass(frozen=True, kw_only=True)
class RuntimeContext:
    """Where workflows run, as what, and whom they tell.

    Args:
        image: of every container; by digest, since a tag can be moved to other content.
        namespace: of the workflows.
        account: service account of their pods.
        secrets: name of the SecretProviderClass whose files stand below `SECRETS_PATH`.
        notify_file: the file there that holds the address failures are posted to.
        token_file: the file there that holds the bearer token of the drift webhook.
        drift_url: where drift is reported.
        page: address of Argo's page, for links in notices.
        telemetry: name of the config map whose key `INSIGHTS` says where metrics go.
        environment: variables that tell `roast` which workspace it works on; no secret.

    Raises:
        ArgoError: the image is not pinned.
    """

    image: str
    namespace: str
    account: str
    secrets: str
    notify_file: str
    token_file: str
    drift_url: str
    page: str
    telemetry: str
    environment: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        pinned(self.image)


@dataclass(frozen=True, kw_only=True)
class Job:
    """One thing that `roast submit` starts in Azure ML.

    Args:
        template: name of its workflow template, e.g. `preprocess`.
        target: what `roast submit` is told: `pipeline`, or one of its steps.
        start: the step that the pipeline starts from, if that is not its first.
        inputs: data assets it reads.
        outputs: what it registers; one output parameter each, empty if nothing was registered.
        params: literals with their defaults.
        environment: variables of this job alone; no secret.
        hours: most it may take.
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
        ArgoError: it is not; the message says how to write it.
    """
    try:
        return TypeAdapter(ImageRef).validate_python(image)
    except ValidationError as error:
        raise ArgoError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None
