"""The parts of `FunctionForm`: it reads a JSON schema, and makes a form field for each argument."""
