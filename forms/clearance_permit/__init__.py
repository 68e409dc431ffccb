"""The clearance permit: what a driver shows at the gate."""
