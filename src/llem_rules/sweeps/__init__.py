"""Studies of a million configs, judged as columns. Needs numpy (the extra ``sweep``)."""
