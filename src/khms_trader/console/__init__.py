"""Values as Korean tables and lines, one module per command."""
