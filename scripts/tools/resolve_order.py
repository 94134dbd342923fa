"""Show orders of unknown outcome, and record what a person saw of them in the app."""

from khms_trader.cli.resolve import main

if __name__ == "__main__":
    raise SystemExit(main())
