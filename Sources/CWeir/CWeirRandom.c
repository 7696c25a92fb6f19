#include "CWeirRandom.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

// One system call serves some 60 request ids. Bytes are wiped as they are handed out, so what an identifier
// was made of does not stay behind. A process that forks must exec: the child would repeat the buffer.
#define CAPACITY 1024

static _Thread_local struct {
  unsigned char bytes[CAPACITY];
  size_t available;  // the last `available` bytes of the buffer are fresh
} reserve;

static void fill(unsigned char *bytes, size_t length) {
  while (length > 0) {
    ssize_t count = getrandom(bytes, length, 0);
    if (count < 0) {
      // Before Linux 3.17 only: without randomness nothing this program promises holds.
      if (errno != EINTR) abort();
      continue;
    }
    bytes += count;
    length -= (size_t)count;
  }
}

void cweir_random_bytes(void *bytes, size_t length) {
  if (length == 0) return;
  if (length > CAPACITY / 4) {
    fill(bytes, length);
    return;
  }
  if (reserve.available < length) {
    fill(reserve.bytes, CAPACITY);
    reserve.available = CAPACITY;
  }
  unsigned char *next = reserve.bytes + CAPACITY - reserve.available;
  memcpy(bytes, next, length);
  memset(next, 0, length);
  reserve.available -= length;
}
