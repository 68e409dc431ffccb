"""What is owed and how it is paid: assessments, receipts, prepayment, security, refunds, the closing of the day."""
