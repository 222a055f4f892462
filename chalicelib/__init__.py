"""StackTally: billing for Apache CloudStack."""
