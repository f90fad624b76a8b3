"""Generate a client from an OpenAPI document, from a checkout: see integry/generator."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from integry.generator.__main__ import main

if __name__ == "__main__":
    sys.exit(main(project=Path(__file__).parent.parent))
