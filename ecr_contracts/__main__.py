"""`python -m ecr_contracts`: the command line where no script is installed."""

import sys

from ecr_contracts.frontends.cli.main import main

sys.exit(main())
