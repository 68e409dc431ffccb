"""Who is on duty where and when, who is qualified for what, whose firms he may not look at, and the officer drawn by chance."""
