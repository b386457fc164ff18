"""The doctor inside other frameworks' training: a callback each, the same findings.

`justright.adapters.lightning`, `.transformers`, `.skorch` and `.keras` each have a
`DoctorCallback`; each wants its framework, which is an extra of Justright.
"""
