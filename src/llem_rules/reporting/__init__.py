"""Renderings: one module a format. From plain values to text; nothing here reads files, decides or prints.

``frames`` draws the code frames that all text forms share.
"""
