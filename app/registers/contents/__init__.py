"""What official papers say, put together from what several slices know and frozen when they are issued.

Every name is looked up here, once and for all; forms look nothing up.
"""
