"""A Python language host for a Pulumi CLI without one: it runs programs and policy packs.

The CLI starts it as `pulumi-language-python`; only a sandbox session puts it next to the CLI.
"""
