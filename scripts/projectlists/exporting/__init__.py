"""Lists to files: Excel, CSV, JSON and calendar; and how a value looks in a cell, so that it can come back.

`job.export` reads the rows page by page and hands them to the file that belongs to the extension.
"""
