"""Text: Markdown, languages and index terms."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "languages": ["Language", "language"],
        "markdown": ["block", "inline", "plain", "tokens"],
        "runs": ["Held", "Run"],
        "index_terms": ["Marker"],
    },
)
