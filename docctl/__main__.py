"""`python3 -m docctl …`: turns away a Python that is too old, then hands over to start.checkout.

Read by every Python since 3.6, so nothing newer stands in this file, not even a future import.
"""

import shutil
import sys

if sys.version_info < (3, 11, 2):
    newer = [name for name in ("python3.13", "python3.12", "python3.11") if shutil.which(name)]
    sys.exit(
        "docctl needs Python 3.11.2 or newer; this is {}.{}.{}. ".format(*sys.version_info[:3])
        + (
            "Use the newer one that is installed here: {} -m docctl {}".format(
                newer[0], " ".join(sys.argv[1:])
            )
            if newer
            else "Install one: on Debian 12, Ubuntu 24.04 or newer `apt-get install python3 python3-venv`, "
            "on the RHEL 9 family `dnf install python3.11`, on macOS `brew install python`, "
            "on Windows `winget install Python.Python.3.12`."
        )
    )

from docctl.start.checkout import main

raise SystemExit(main(sys.argv[1:]))
