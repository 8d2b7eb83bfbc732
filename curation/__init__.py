"""The site, and the curators' work on the records."""

__version__ = "0.1.0"
