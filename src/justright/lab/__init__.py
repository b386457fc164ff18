"""The lab: every run kept, compared in one chart."""
