"""``python -m llem_rules``."""

import sys

from llem_rules.cli.entry import main

sys.exit(main())
