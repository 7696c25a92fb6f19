// RocksDB's C API, and one GNU extension of pthread that Swift's importer does not show without _GNU_SOURCE.
#pragma once
#include <pthread.h>
#include <rocksdb/c.h>

extern int pthread_setname_np(pthread_t thread, const char *name);
