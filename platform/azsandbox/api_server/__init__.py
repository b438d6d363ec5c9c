"""The HTTPS server that answers the genuine Azure SDKs, for as long as a session lasts.

`server` is the process that a session starts; `certificates` makes its certificate authority, `tunnel` leads
Azure's host names to it. `routes` lists every operation with its evidence; all others are answered 501.
`application` puts the parts together.
"""
