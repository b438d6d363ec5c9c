"""Second opinions: what scanners that others wrote say about the platform and the repository.

`make security` runs them all. A finding is repaired in the program, or suppressed with a reason in
`security/suppressions.yaml`; everything else fails. Nothing else imports this package.
"""
