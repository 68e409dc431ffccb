"""Settings and server configuration; read only at the edge."""
