"""`python -m justright`, where the script is not on the path."""

from justright.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
