"""Networks whose parameters carry the members axis first."""
