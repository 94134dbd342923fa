"""Say what should have happened by now and has not; nothing is ordered or changed."""

from khms_trader.cli.watchdog import main

if __name__ == "__main__":
    raise SystemExit(main())
