"""What the installed Pulumi SDK says a resource looks like: inputs, outputs, names on the wire.

`introspect` reads an SDK (slow: it imports it), `catalogue` caches the result per SDK version, `validate`
checks inputs against it, `outputs` turns inputs into outputs. Nothing here knows Azure's rules.
"""
