"""Stop every order, or allow them again."""

from khms_trader.cli.halt import main

if __name__ == "__main__":
    raise SystemExit(main())
