"""The arrival receipt: who presented what, when and where."""
