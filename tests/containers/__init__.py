"""The fake engine in a real container."""
