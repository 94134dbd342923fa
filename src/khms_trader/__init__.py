"""KOSDAQ next-open trader: plan after the close, execute after the open.

This module re-exports only what loads nothing heavy.
"""

__version__ = "0.1.0"
