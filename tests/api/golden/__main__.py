"""`python -m tests.api.golden` measures the matrix of permissions anew and writes it."""

import os
import sys

import pytest

os.environ["WRITE_GOLDEN"] = "1"
sys.exit(pytest.main(["tests/api/test_permissions.py", "-k", "agreed"]))
