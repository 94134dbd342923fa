"""Make the plan for the next session (after the close, 15:40)."""

from khms_trader.cli.prepare import main

if __name__ == "__main__":
    raise SystemExit(main())
