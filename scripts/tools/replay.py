"""Live past sessions again through the two real jobs, on a paper account of its own."""

from khms_trader.cli.replay import main

if __name__ == "__main__":
    raise SystemExit(main())
