"""The coverage page: what the sandbox checks for each type, on what evidence, and where it deviates.

`python -m azsandbox.coverage` writes docs/sandbox-coverage.md; a test fails when the page is out of date.
"""
