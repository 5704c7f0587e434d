"""What depends on what, and what a change between two corpora means: changes, verdicts, labels, reach, order.

Reads documents and reasons about them; starts no library and prints nothing. Only ``network`` loads the graph library.
"""
