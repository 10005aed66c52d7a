"""`leadrelay`: where it begins. Ctrl-C while modules are imported is Ctrl-C, and no traceback."""

import sys
from importlib import import_module


def main() -> None:
    try:
        import_module("leadrelay_ops.cli").app()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
