"""Checks that find what would print or display badly before anything is typeset, with file and line."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "content": ["content_warnings", "set_warnings"],
    },
)
