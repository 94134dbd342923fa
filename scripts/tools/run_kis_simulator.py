"""Serve a practice KIS server on loopback."""

from khms_trader.cli.simulator import main

if __name__ == "__main__":
    raise SystemExit(main())
