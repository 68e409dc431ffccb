"""The exit note: what left the customs control zone through the gate."""
