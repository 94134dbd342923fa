"""Arguments, Korean sentences, exit codes and logging: the outermost room."""
