"""Pure dated rules of KRX KOSDAQ; re-exports nothing, so that imports stay light."""
