"""The demonstration: simulated records that add up to what was published, and go on from there."""

from seeds.demo.load import HoldsRealRecords, OtherScale, Simulated, load_demo, simulated

__all__ = ["HoldsRealRecords", "OtherScale", "Simulated", "load_demo", "simulated"]
