"""KIS's JSON to our words and back: pure, one module per noun."""
