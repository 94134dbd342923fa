"""List, sell or adopt what the account holds outside the strategy."""

from khms_trader.cli.sell_out import main

if __name__ == "__main__":
    raise SystemExit(main())
