"""The counter (人工窗口): serves any department that has no system, or whose system is down."""

from adapters.counter.adapter import CounterAdapter

__all__ = ["CounterAdapter"]
