"""Pure figures of how an account did; re-exports nothing."""
