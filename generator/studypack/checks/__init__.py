"""Checks: what would print or show badly, with file and line, before anything is typeset."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "content": ["content_warnings", "set_warnings"],
    },
)
