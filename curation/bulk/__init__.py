"""Changing many records at once: what is to change, and which values are alike.

No Django here: records, texts and numbers in, changes and groups out. `columns.py` and
`operations.py` beside this package read and write the rows.
"""
