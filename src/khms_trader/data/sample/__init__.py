"""The generated market: everybody without a key trades on it; re-exports nothing."""
