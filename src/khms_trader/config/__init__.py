"""Settings, secrets and the home folder; re-exports nothing, values are passed in."""
