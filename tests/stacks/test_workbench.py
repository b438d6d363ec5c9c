"""Which service accounts act as which identity."""

from __future__ import annotations

from stacks.workbench import ACCOUNTS, JOBS_NAMESPACE


def test_no_service_account_acts_as_the_identity_of_jobs() -> None:
    """Azure ML's proxy hands out its tokens; by a federation every pod of the namespace could have them."""
    assert "jobs" not in ACCOUNTS
    assert JOBS_NAMESPACE not in {namespace for namespace, _ in ACCOUNTS.values()}
