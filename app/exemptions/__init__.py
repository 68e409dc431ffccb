"""Certificates whose quantity is counted down: exemptions, proofs of origin, quotas, licences; and what remains of them."""
