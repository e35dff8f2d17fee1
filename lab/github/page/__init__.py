"""The page at /_lab/, which shows people the state of the lab."""
