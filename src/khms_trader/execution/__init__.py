"""The two jobs, prepare and execute; imports no adapter and re-exports nothing."""
