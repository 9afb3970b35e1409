"""Typesetting: templates, themes, fonts, paper sizes, and the layout of HTML and CSS as pages."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "geometry": ["Paper"],
        "layout": ["Pages", "Part", "lay_out", "write"],
        "parts": ["PartJob"],
        "templating": ["render", "stylesheet"],
        "themes": ["Theme", "load_theme"],
    },
)
