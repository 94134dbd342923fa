"""Korea Investment & Securities: its wire, its client, and our ports over them."""
