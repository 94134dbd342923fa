"""Execute the plan of today's session (just after the open, 09:01)."""

from khms_trader.cli.execute import main

if __name__ == "__main__":
    raise SystemExit(main())
