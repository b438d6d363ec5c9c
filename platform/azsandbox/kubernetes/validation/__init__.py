"""What the API server's validation refuses beyond the schema, one module per subject, in its own words.

Translated from kubernetes 1.37.2 (read on 2026-12-01): `pkg/apis/<group>/validation`,
`pkg/api/pod/warnings.go`, `staging/src/k8s.io/apimachinery/pkg/{api,util}/validation` and
`staging/src/k8s.io/apiextensions-apiserver`.
Objects are judged as after defaulting. A value that a preview does not know is a text with a NUL: it and
everything below it counts as right. Values of a wrong type are the schema's business and count as right too.
"""
