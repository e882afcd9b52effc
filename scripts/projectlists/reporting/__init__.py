"""JOB reports: what the lists of a project say, in pictures, tables and plain words, as a page and as a document.

`project.py` is what was read, `sections/` make of it what is told (pure), `pictures/` draw (pure), `page.py` and
`document.py` set it, `job.py` does it for one or more sites.
"""
