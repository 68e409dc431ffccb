"""The unloading permission: what may be unloaded at the destination, with room for what was found."""
