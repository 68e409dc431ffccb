"""The Single Administrative Document as ASYCUDA World exchanges it in XML."""
