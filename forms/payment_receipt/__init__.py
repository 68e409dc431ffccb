"""The payment receipt, and the notes of refund and deposit that share its form."""
