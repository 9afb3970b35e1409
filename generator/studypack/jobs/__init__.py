"""Jobs: picklable units of work that an executor runs and whose results a cache keeps."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "cache": ["Cache"],
        "executor": ["Job", "JobExecutor"],
        "fingerprints": ["folder", "program"],
    },
)
