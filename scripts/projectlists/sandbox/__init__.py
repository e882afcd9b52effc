"""A local Microsoft 365 tenant: a reading of the service of its own, which imports nothing from the product."""
