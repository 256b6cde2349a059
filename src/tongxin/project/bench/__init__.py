"""`tongxin bench`: every figure that docs/performance.md promises, beside its limit in the same run."""

from tongxin.project.bench.running import main

__all__ = ["main"]
