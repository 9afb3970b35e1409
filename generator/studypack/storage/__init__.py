"""Storage: atomic writes and the manifest of a pack."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "atomic": ["write_file", "write_pack"],
        "manifest": ["MANIFEST", "read_manifest"],
    },
)
