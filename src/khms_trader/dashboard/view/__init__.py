"""Pure: values to tiles, tables and figures; re-exports nothing."""
