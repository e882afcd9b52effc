"""The pictures: each file draws one kind from plain data with matplotlib. Pure.

Shape, pattern, letter or number says everything that colour says (guide.md §2.0.10, §6.8).
"""
