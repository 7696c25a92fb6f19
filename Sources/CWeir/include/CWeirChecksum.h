// CRC kernels. They are C because they need compiler intrinsics under per-function target attributes,
// which Swift cannot say.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum cweir_crc_algorithm {
  CWEIR_CRC32 = 0,      // ISO-HDLC, the CRC of zlib: check value cbf43926
  CWEIR_CRC32C = 1,     // Castagnoli, iSCSI: check value e3069283
  CWEIR_CRC64NVME = 2,  // NVM Express, "Rocksoft": check value ae8b14860a799888
  CWEIR_CRC64ECMA = 3,  // ECMA-182 reflected, the CRC-64 of XZ: check value 995dc9bbdf1939fa
};

// The ways to compute, slowest first. Every one gives the same answers.
enum cweir_crc_kernel {
  CWEIR_KERNEL_TABLE = 0,       // portable, eight bytes a step
  CWEIR_KERNEL_PCLMUL = 1,      // SSE4.2 and PCLMULQDQ: four 128-bit lanes
  CWEIR_KERNEL_VPCLMUL512 = 2,  // AVX-512 and VPCLMULQDQ: sixteen 128-bit lanes
};

// The CRC of the bytes that gave `crc` (0 for none) followed by `length` bytes at `bytes`, by the best kernel
// of this CPU, which was chosen before main() began.
uint32_t cweir_crc32(uint32_t crc, const void *bytes, size_t length);
uint32_t cweir_crc32c(uint32_t crc, const void *bytes, size_t length);
uint64_t cweir_crc64nvme(uint64_t crc, const void *bytes, size_t length);
uint64_t cweir_crc64ecma(uint64_t crc, const void *bytes, size_t length);

// The best kernel of this CPU.
enum cweir_crc_kernel cweir_crc_best_kernel(void);

// As above by a chosen kernel, which must not be better than the best: for tests and benchmarks.
uint64_t cweir_crc_with_kernel(enum cweir_crc_algorithm algorithm, enum cweir_crc_kernel kernel, uint64_t crc,
                               const void *bytes, size_t length);
