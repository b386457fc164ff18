"""The parts of the report, one function each: a run in, a Section out."""
