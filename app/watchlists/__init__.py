"""Names, plates, containers and papers that somebody looks for, and the questions they raise."""
