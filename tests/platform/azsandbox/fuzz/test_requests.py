"""No request makes the API server fail, leave its folders, or store a secret.

A slice runs with the tests; `make fuzz-api` sends 24,000 requests.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.platform.azsandbox.fuzz.campaign import Campaign, summary

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "800"))
SEED = int(os.environ.get("FUZZ_SEED", "15"))


def test_no_request_makes_the_api_server_fail(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path)
    result = campaign.run(SEED, REQUESTS)
    campaign.close()
    print(summary(result, SEED))
    assert result.requests == REQUESTS
    assert result.defects == []
    assert result.statuses[200] > REQUESTS // 20  # some arrive where they do something
