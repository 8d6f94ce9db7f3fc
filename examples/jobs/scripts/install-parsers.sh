#!/bin/bash
# Bootstrap action: the parsers that the snapshot imports.
set -euo pipefail
sudo python3 -m pip install --quiet orjson
