import Ring

/// The blocking pool that all tests share.
let testPool: BlockingPool = {
  do throws(IOError) {
    return try BlockingPool(threadCount: 2)
  } catch {
    fatalError("no threads for the tests: \(error)")
  }
}()
