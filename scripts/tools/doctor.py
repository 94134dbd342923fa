"""Check everything a trading day needs, and say what to do about it."""

from khms_trader.cli.doctor import main

if __name__ == "__main__":
    raise SystemExit(main())
