"""What a person sees of the account in a browser; re-exports nothing."""
