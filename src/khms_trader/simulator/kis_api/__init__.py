"""What the practice server answers to each KIS call; re-exports nothing."""
