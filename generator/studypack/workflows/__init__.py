"""Workflows: a function for each command, in a module with its name."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "packing": ["Pack"],
        "deck_state": ["rebuild_state", "state_lines"],
        "doctor": ["findings"],
        "new": ["new_set"],
        "request": ["Request"],
        "watch": ["watching"],
    },
)
