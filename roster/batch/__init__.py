"""Many teams: a folder of workbooks solved side by side, here or on a cluster.

`teams` finds the workbooks, `records` keeps what was done, `run` hands out the work and tries
again what died, `cluster` hands it to a Dask scheduler. What solves one workbook is handed in.
"""
