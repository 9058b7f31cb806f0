"""What the page asks for: typed requests, each a call of the compiler, the checker, the runtime or Athena's SQL."""
