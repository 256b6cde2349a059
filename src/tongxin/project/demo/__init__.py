"""The demo workspace: 小满茶具 / Xiaoman Tea, with three months behind it."""

from tongxin.project.demo.loading import load

__all__ = ["load"]
