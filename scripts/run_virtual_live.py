"""Show how the KIS virtual account stands, without ordering anything."""

try:
    from khms_trader.cli.state_check import main
except ModuleNotFoundError as missing:
    import sys

    sys.stderr.write(f"먼저 설치하세요({missing.name} 없음): pip install -e .\n")
    raise SystemExit(2) from None

if __name__ == "__main__":
    raise SystemExit(main())
