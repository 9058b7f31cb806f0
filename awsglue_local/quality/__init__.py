"""Data quality rulesets: the language, and each rule type."""
