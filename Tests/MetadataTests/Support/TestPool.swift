import Ring

/// The blocking pool that all tests share.
let testPool = BlockingPool(threads: 2)
