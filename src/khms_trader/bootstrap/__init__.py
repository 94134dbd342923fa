"""The only room that names concrete classes: one module per job; re-exports nothing."""
