"""The pinned versions for the API server test; their checksums are in the folder `module`."""

from __future__ import annotations

from dataclasses import dataclass

KUBERNETES = "1.37.2"
ETCD = "3.6.16"


@dataclass(frozen=True, kw_only=True)
class DefinitionModule:
    """A Go module that contains custom resource definitions."""

    module: str
    version: str
    checksum: str  # as in a go.sum
    folder: str  # in the module
    files: str = "argoproj.io_*.yaml"


DEFINITION_MODULES = (
    DefinitionModule(
        module="github.com/argoproj/argo-workflows/v3",
        version="v3.7.4",
        checksum="h1:oA/DxaSsjb6fMYaygf7JVQgnsF+ZzlfUPy5kIfLsCic=",
        folder="manifests/base/crds/full",
    ),
    DefinitionModule(
        module="github.com/argoproj/argo-events",
        version="v1.9.7",
        checksum="h1:x+JOTsU3rzXSrzDwrUlLza4kmxp5zc1NMlgTgaLF678=",
        folder="manifests/base/crds",
    ),
    DefinitionModule(
        module="sigs.k8s.io/secrets-store-csi-driver",
        version="v1.5.4",
        checksum="h1:enl+v1+JbKDyVjdfT/7CillZsc4rLAM9tTHyf7GeLxc=",
        folder="config/crd/bases",
        files="secrets-store.csi.x-k8s.io_secretproviderclasses.yaml",
    ),
)
