// Random bytes by way of a thread-local buffer. It is C because Swift has no thread-local storage.
#pragma once
#include <stddef.h>

// Fills `length` bytes at `bytes` with output of getrandom(2).
void cweir_random_bytes(void *bytes, size_t length);
