"""The site, and the curators' work on the records."""
