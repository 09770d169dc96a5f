"""``python -m docassay``: the same as the command ``docassay``."""

import sys

from docassay.cli.app import main

sys.exit(main())
