"""`python -m azsandbox …`."""

from azsandbox.cli import main

main()
