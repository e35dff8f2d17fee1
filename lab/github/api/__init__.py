"""The REST interface below its endpoints: rights, contract and the call."""
