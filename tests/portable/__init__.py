"""Bundles that go elsewhere, and what they bring back."""
