"""Jobs: work as picklable values, run by an executor and kept in a cache."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "cache": ["Cache"],
        "executor": ["Job", "JobExecutor"],
        "fingerprints": ["folder", "program"],
    },
)
