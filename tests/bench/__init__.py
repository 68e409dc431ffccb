"""Benchmarks, run by hand: `python -m tests.bench.bench_lodging`. They print ratios from one run; nothing here is a timed test."""
