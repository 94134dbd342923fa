"""A KIS server to practise and test against; re-exports nothing."""
