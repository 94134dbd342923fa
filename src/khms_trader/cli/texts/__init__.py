"""The Korean sentences, one module per room; ``cli.sentences`` puts them together."""
