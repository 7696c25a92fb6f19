/* Preloaded into a server, makes writes and syncs of files whose path contains $FAIL_PATH fail with EIO, for as long
 * as the file $FAIL_WHEN exists. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(int file) {
  char link[64], path[4096];
  const char *pattern = getenv("FAIL_PATH"), *when = getenv("FAIL_WHEN");
  if (pattern == NULL || when == NULL || access(when, F_OK) != 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (strstr(path, pattern) == NULL) return 0;
  errno = EIO;
  return 1;
}

static int sync_with(const char *name, int file) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  return fails(file) ? -1 : real(file);
}

static ssize_t write_with(const char *name, int file, const void *bytes, size_t count, off_t offset) {
  typedef ssize_t (*call)(int, const void *, size_t, off_t);
  call real = (call)dlsym(RTLD_NEXT, name);
  return getenv("FAIL_WRITES") != NULL && fails(file) ? -1 : real(file, bytes, count, offset);
}

int fsync(int file) { return sync_with("fsync", file); }
int fdatasync(int file) { return sync_with("fdatasync", file); }
ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  return write_with("pwrite", file, bytes, count, offset);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off_t offset) {
  return write_with("pwrite64", file, bytes, count, offset);
}
