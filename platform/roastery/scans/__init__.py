"""Third-party scanners on the deployed stacks and on the repository.

`make security` runs them all. A finding is fixed in the program or suppressed with a reason in
`security/suppressions.yaml`; anything else fails the run. No other package imports this one.
"""
