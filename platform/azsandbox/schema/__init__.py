"""The shapes of resources according to the installed Pulumi SDK: inputs, outputs, names on the wire.

`introspect` reads an SDK (slow: it imports it), `catalogue` caches the result per SDK version, `corrections`
holds what is known to be wrong in it, `validate` checks inputs against it, `outputs` turns inputs into
outputs, and `values` defines unknown and secret values. Nothing here knows Azure's rules.
"""
