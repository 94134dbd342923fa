"""Strategies: panel in, signals out; re-exports nothing, so the light path stays so."""
