"""The kernel: what every capability stands on, with no customs words in it."""
