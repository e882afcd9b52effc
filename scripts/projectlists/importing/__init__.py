"""Excel and CSV to a list: what people really write, read with care, shown first, written once.

`job.prepared` reads the file and the list and says what would happen to every row; `job.written` does it. In between
somebody looks at the mapping (guide.md §2.0.12).
"""
