"""PDF: typeset parts bound to one document, and finished documents read back."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "binding": ["Entry", "Info", "Leaves", "bind"],
        "text_extraction": ["Section", "page_texts", "sections"],
    },
)
