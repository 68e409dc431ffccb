"""What forms are made of: fonts and shaping, the page, boxes, barcodes, words, dates, embedded data, the signature.

Only this folder and the forms know ReportLab.
"""
