"""Import daily bars from CSV and Parquet files into data/bars."""

from khms_trader.cli.import_bars import main

if __name__ == "__main__":
    raise SystemExit(main())
