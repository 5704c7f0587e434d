"""All that runs inside an engine's environment: the worker, its fork server, observation, introspection.

Standard library only, Python 3.9 or newer, relative imports only: the folder is bind-mounted into any image and started
as ``python <folder>``. Nothing here knows an engine's name; what it needs to know comes with the start message.
"""
