"""`leadrelay`: where it begins. Ctrl-C is Ctrl-C at any moment, and no traceback."""

import sys
from _thread import interrupt_main
from importlib import import_module
from threading import Timer
from typing import Any

_A_MOMENT_S = 0.05
_STOPPED = 130  # what a shell calls the end by Ctrl-C


def main() -> None:
    sys.unraisablehook = _unraisable
    try:
        import_module("leadrelay_ops.cli").app()
    except KeyboardInterrupt:  # while modules are imported
        ended: Any = _STOPPED
    except SystemExit as end:
        ended = end.code
    if ended == _STOPPED:
        sys.stderr.write("Stopped.\n")
    sys.exit(ended)


def _unraisable(error: Any) -> None:
    """Ctrl-C where Python can raise nothing, as while it frees memory, comes a moment later."""
    if issubclass(error.exc_type, KeyboardInterrupt):
        Timer(_A_MOMENT_S, interrupt_main).start()
    else:
        sys.__unraisablehook__(error)


if __name__ == "__main__":
    main()
