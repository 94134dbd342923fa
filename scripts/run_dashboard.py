"""Show the virtual account in a browser: streamlit run scripts/run_dashboard.py."""

try:
    from khms_trader.cli.dashboard import main
except ModuleNotFoundError as missing:
    import sys

    sys.stderr.write(f"먼저 설치하세요({missing.name} 없음): pip install -e .\n")
    raise SystemExit(2) from None

if __name__ == "__main__" and (code := main(__file__)):
    raise SystemExit(code)
