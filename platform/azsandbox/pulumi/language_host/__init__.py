"""A Python language host for a Pulumi CLI that came without one: it runs programs and policy packs.

Started by the CLI as `pulumi-language-python`; only a sandbox session puts it on the PATH.
"""
