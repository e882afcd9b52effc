"""`python -m projectlists` is `projectlists`."""

import sys

from projectlists.cli import main

sys.exit(main())
