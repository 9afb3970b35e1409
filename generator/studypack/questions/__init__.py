"""Question sets: the model, files with positions, validation and selection. A loaded set is frozen and valid."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "fields": ["Kind", "Leaf", "Written", "leaves"],
        "loader": ["LoadedSet", "load"],
        "model": ["Question", "QuestionSet", "SetHeader"],
        "positions": ["Positions"],
        "selection": ["Criteria", "Selection", "select"],
    },
)
