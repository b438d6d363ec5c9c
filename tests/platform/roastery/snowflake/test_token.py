"""The token that the import hands to Snowflake, from the sandbox's own sign-in by workload identity."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from ml.warehouse.secret import resolved
from ml.warehouse.settings import SnowflakeSettings
from roastery.components.snowflake import SnowflakeAccess
from roastery.snowflake.settings import SnowflakeSection
from roastery.snowflake.sql import audiences

pytestmark = pytest.mark.xdist_group("api")
NAMES: Any = {"account": "acme", "database": "D", "schema": "S", "warehouse": "W", "role": "R"}


@pytest.mark.usefixtures("sandbox")
def test_a_pod_gets_a_token_that_snowflakes_user_accepts() -> None:
    access: Any = SnowflakeAccess(**NAMES, authentication="workload_identity", tenant="t")

    settings = SnowflakeSettings.from_env(resolved(access.variables))

    token = settings.connector_arguments()["token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["aud"] in audiences(SnowflakeSection.model_validate(NAMES))
    assert claims["sub"]
