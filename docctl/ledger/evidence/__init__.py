"""The parts of the verifier of an evidence file. Put together they are one file of plain Python: see `alone`.

Nothing here knows docctl or a library: each part is read by people who verify a file without either. What the
exporter writes it writes by the same functions, so that there is one account of what is in a file.
"""
