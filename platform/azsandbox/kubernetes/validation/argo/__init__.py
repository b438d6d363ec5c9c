"""What Argo's controllers refuse: the checks of `argo lint` and of Argo Events' controllers.

Sources: argo-workflows 3.7.4 workflow/validate/validate.go; argo-events 1.9.7
pkg/reconciler/*/validate.go and pkg/eventsources/sources/*/validate.go (read on 2026-12-01). `{{…}}` is
resolved only where it can be known.
"""
