"""Appeals: a firm objects to what was decided, found, assessed or seized, and somebody who had no hand in it answers."""
