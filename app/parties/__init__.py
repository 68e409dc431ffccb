"""Who trades: the firms that declarations name and traders act for."""
