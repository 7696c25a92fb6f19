#include "include/CWeirChecksum.h"

// RocksDB sums every record of its log and every block in software where its package was built for any x86-64 CPU,
// as Debian's is: a twentieth of what a small PUT costs. Its own calls of rocksdb::crc32c::Extend go by the dynamic
// linker, which takes the program's symbol before the library's. The sum is the same CRC-32C, so files stay what
// they were. On other architectures the library is left as it is.
#if defined(__x86_64__)

// rocksdb::crc32c::Extend(unsigned int, char const *, unsigned long), util/crc32c.h of RocksDB: the CRC-32C of the
// bytes that gave `crc` followed by `length` bytes at `bytes`.
__attribute__((visibility("default"))) uint32_t cweir_rocksdb_crc32c_extend(uint32_t crc, const char *bytes,
                                                                             size_t length)
    __asm__("_ZN7rocksdb6crc32c6ExtendEjPKcm");

uint32_t cweir_rocksdb_crc32c_extend(uint32_t crc, const char *bytes, size_t length) {
  return cweir_crc32c(crc, bytes, length);
}

#endif
