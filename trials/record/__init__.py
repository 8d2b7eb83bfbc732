"""The record: shape, codes, JSON. No Django, no files, no network."""
