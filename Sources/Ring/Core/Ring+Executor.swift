extension Ring {
  /// Makes a job ready. From the ring's own thread this is a push to a local queue; from another thread it
  /// goes through the inbox and wakes the ring if it sleeps.
  package func enqueue(_ job: consuming ExecutorJob) {
    let unowned = UnownedJob(job)
    if isCurrent {
      jobs.push(unowned)
    } else {
      inbox.post(unowned)
    }
  }

  /// For actors and `assumeIsolated` checks.
  package func checkIsolated() {
    precondition(isCurrent, "not on the thread of ring \(index)")
  }

  /// Runs the jobs that are ready, at most `limit` of them and for the time of a burst, so that I/O is never
  /// starved.
  func runJobs(limit: Int) {
    // SAFETY: the ring outlives the job, which runs to its next suspension before this returns.
    let task = unsafe asUnownedTaskExecutor()
    var ran = 0
    while ran < limit, let job = jobs.pop() {
      unsafe job.runSynchronously(on: task)
      ran += 1
      // Looking at the clock costs as much as a short job's queueing.
      if ran % 4 == 0, isBurstOver { break }
    }
    if ran > 0 { statistics.jobs.add(UInt64(ran)) }
  }
}
