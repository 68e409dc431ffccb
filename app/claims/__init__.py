"""Who works on what at this moment, and the filters that people keep for their lists. A claim tells others; it locks nobody
out."""
