"""PDF: binding typeset parts into one document, and reading finished documents back."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "binding": ["Entry", "Info", "Leaves", "bind"],
        "text_extraction": ["Section", "page_texts", "sections"],
    },
)
