"""studypack: one question set in; a handbook, a cheat sheet and an Anki deck out."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("studypack")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0+unknown"
