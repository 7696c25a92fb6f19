import ArgumentParser

// One call only: closures in top-level code are isolated to the main actor and die on other threads.
Weir.main()
