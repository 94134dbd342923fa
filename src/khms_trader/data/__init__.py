"""Bars, listings and universes: generated, stored, imported, refreshed, judged."""
