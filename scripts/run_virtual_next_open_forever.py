"""Make and execute plans at their times, day after day, until stopped."""

try:
    from khms_trader.cli.scheduler import main
except ModuleNotFoundError as missing:
    import sys

    sys.stderr.write(f"먼저 설치하세요({missing.name} 없음): pip install -e .\n")
    raise SystemExit(2) from None

if __name__ == "__main__":
    raise SystemExit(main())
