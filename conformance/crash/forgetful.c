/* Preloaded into a server, takes syncs of files whose path contains $FORGET for done without doing them. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int forgets(int file) {
  char link[64], path[4096];
  const char *pattern = getenv("FORGET");
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0 || pattern == NULL) return 0;
  path[length] = 0;
  return strstr(path, pattern) != NULL;
}

static int pass_on(const char *name, int file) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  return forgets(file) ? 0 : real(file);
}

int fsync(int file) { return pass_on("fsync", file); }
int fdatasync(int file) { return pass_on("fdatasync", file); }
