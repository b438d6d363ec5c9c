"""Facts about Azure in tables: what a rule looks up, with the source and the date of each table.

`python -m azsandbox.facts` reads the public sources and writes every table anew.
"""
