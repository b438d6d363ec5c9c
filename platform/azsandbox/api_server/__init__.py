"""The HTTPS server that answers the genuine Azure SDKs during a session.

`server` is the process that a session starts; `certificates` creates its certificate authority; `tunnel` is
the HTTPS proxy that leads Azure's host names to it. `routes` lists every operation with its evidence; any
other is answered 501. `application` builds the server from its parts.
"""
