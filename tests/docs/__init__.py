"""The documentation: what its guides show is what the commands print, and its links lead somewhere."""
