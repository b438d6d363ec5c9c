"""An event is sent with its secret, and only where the secret is safe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from roastery.jobs.errors import AuthorizationError, JobsError, TransientError, UsageError
from roastery.jobs.webhook import SECRET, Webhook

pytestmark = pytest.mark.xdist_group("api")


def test_an_event_with_a_wrong_secret_is_refused_and_a_busy_receiver_is_tried_again_later(
    listen: Any,
) -> None:
    with pytest.raises(
        AuthorizationError, match=r"refused .* 401 \(check the address and the secret\)"
    ) as caught:
        Webhook(url=listen(401).url, secret="s").send({})
    assert caught.value.exit_code == 77
    with pytest.raises(JobsError, match=r"refused .* 404") as caught:
        Webhook(url=listen(404).url, secret="s").send({})
    assert caught.value.exit_code == 1
    with pytest.raises(TransientError, match="answered 503"):
        Webhook(url=listen(503).url, secret="s").send({})
    with pytest.raises(TransientError, match="did not reach"):
        Webhook(url="http://127.0.0.1:9/", secret="s").send({})


def test_a_secret_is_needed_and_never_sent_in_the_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="needs a secret"):
        Webhook.read("https://events.example/drift", None)
    with pytest.raises(UsageError, match="can't be read"):
        Webhook.read("https://events.example/drift", tmp_path / "none")
    monkeypatch.setenv(SECRET, "s3cret")
    with pytest.raises(UsageError, match="in the clear"):
        Webhook.read("http://events.example/drift", None)
    with pytest.raises(UsageError, match="is not a web address"):
        Webhook.read("events", None)
    webhook = Webhook.read("http://drift.argo-events.svc:12000/", None)
    assert (webhook.secret, "s3cret" in repr(webhook)) == ("s3cret", False)
