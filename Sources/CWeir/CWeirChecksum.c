// Four reflected CRCs by one set of kernels.
//
// All arithmetic is on polynomials over GF(2), bit-reflected: in a register loaded from memory the lowest bit
// is the highest power. A W-bit CRC state sits in the low W bits of a 64-bit word for W = 32 and W = 64
// alike, which is what lets one code serve both widths.
//
// The fast kernels fold (Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ
// Instruction", Intel 2009): a 128-bit lane X stands D bits before the data it is folded into, so it may be
// replaced there by anything congruent to X * x^D mod P. With X = high * x^64 + low (`high` in the lane's low
// half, being reflected) that is high * (x^(D+64) mod P) + low * (x^D mod P): two carry-less multiplications.
// A product of reflected 64-bit words lands one bit short of the lane's end, so the constants are for D - 1.
// When fewer than 16 bytes remain, the lane is an ordinary 16-byte message with the CRC state folded in, and
// the table (or the crc32 instruction) ends the work.
#include "CWeirChecksum.h"

#include <string.h>

struct fold {
  uint64_t high;  // for the half of higher powers: x^(D+63) mod P, reflected to 64 bits
  uint64_t low;   // x^(D-1) mod P, reflected to 64 bits
};

struct model {
  uint64_t polynomial;  // reflected, without its leading term
  int width;            // 32 or 64
  uint64_t mask;        // the initial state and the final inversion
  uint64_t table[8][256];
  struct fold by128, by512, by2048;
};

static struct model models[4] = {
    [CWEIR_CRC32] = {.polynomial = 0xEDB88320u, .width = 32, .mask = 0xFFFFFFFFu},
    [CWEIR_CRC32C] = {.polynomial = 0x82F63B78u, .width = 32, .mask = 0xFFFFFFFFu},
    [CWEIR_CRC64NVME] = {.polynomial = 0x9A6C9329AC4BC9B5u, .width = 64, .mask = 0xFFFFFFFFFFFFFFFFu},
    [CWEIR_CRC64ECMA] = {.polynomial = 0xC96C5795D7870F42u, .width = 64, .mask = 0xFFFFFFFFFFFFFFFFu},
};

static enum cweir_crc_kernel best_kernel = CWEIR_KERNEL_TABLE;

static inline uint64_t load64(const unsigned char *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

static uint64_t update_table(const struct model *model, uint64_t state, const unsigned char *bytes,
                             size_t length) {
  const uint64_t(*table)[256] = model->table;
  for (; length >= 8; bytes += 8, length -= 8) {
    uint64_t word = load64(bytes) ^ state;
    state = table[7][word & 255] ^ table[6][(word >> 8) & 255] ^ table[5][(word >> 16) & 255] ^
            table[4][(word >> 24) & 255] ^ table[3][(word >> 32) & 255] ^ table[2][(word >> 40) & 255] ^
            table[1][(word >> 48) & 255] ^ table[0][word >> 56];
  }
  for (; length > 0; bytes++, length--) state = (state >> 8) ^ table[0][(state ^ *bytes) & 255];
  return state;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET_SSE __attribute__((target("sse4.2,pclmul")))
#define TARGET_AVX512 __attribute__((target("avx512f,vpclmulqdq,sse4.2,pclmul")))

// CRC-32C by its own instruction, one dependent chain: for short inputs and for what folding leaves over.
TARGET_SSE static uint64_t update_crc32c_instruction(uint64_t state, const unsigned char *bytes,
                                                     size_t length) {
  for (; length >= 8; bytes += 8, length -= 8) state = _mm_crc32_u64(state, load64(bytes));
  for (; length > 0; bytes++, length--) state = _mm_crc32_u8((uint32_t)state, *bytes);
  return state;
}

static inline uint64_t update_short(enum cweir_crc_algorithm algorithm, uint64_t state,
                                    const unsigned char *bytes, size_t length) {
  if (algorithm == CWEIR_CRC32C) return update_crc32c_instruction(state, bytes, length);
  return update_table(&models[algorithm], state, bytes, length);
}

TARGET_SSE static inline __m128i load128(const unsigned char *bytes) {
  return _mm_loadu_si128((const __m128i *)bytes);
}

TARGET_SSE static inline __m128i fold_constant(const struct fold *fold) {
  return _mm_set_epi64x((long long)fold->low, (long long)fold->high);
}

TARGET_SSE static inline __m128i fold128(__m128i lane, __m128i constant, __m128i data) {
  __m128i high = _mm_clmulepi64_si128(lane, constant, 0x00);
  __m128i low = _mm_clmulepi64_si128(lane, constant, 0x11);
  return _mm_xor_si128(_mm_xor_si128(high, low), data);
}

// Folds whole 16-byte blocks into `lane`, which stands right before `bytes`, and finishes.
TARGET_SSE static uint64_t finish128(enum cweir_crc_algorithm algorithm, __m128i lane,
                                     const unsigned char *bytes, size_t length) {
  const __m128i by128 = fold_constant(&models[algorithm].by128);
  for (; length >= 16; bytes += 16, length -= 16) lane = fold128(lane, by128, load128(bytes));
  unsigned char last[16];
  _mm_storeu_si128((__m128i *)last, lane);
  return update_short(algorithm, update_short(algorithm, 0, last, sizeof last), bytes, length);
}

// `length` is at least 64.
TARGET_SSE static uint64_t update_pclmul(enum cweir_crc_algorithm algorithm, uint64_t state,
                                         const unsigned char *bytes, size_t length) {
  const struct model *model = &models[algorithm];
  const __m128i by512 = fold_constant(&model->by512);
  const __m128i by128 = fold_constant(&model->by128);
  __m128i a = _mm_xor_si128(load128(bytes), _mm_cvtsi64_si128((long long)state));
  __m128i b = load128(bytes + 16);
  __m128i c = load128(bytes + 32);
  __m128i d = load128(bytes + 48);
  for (bytes += 64, length -= 64; length >= 64; bytes += 64, length -= 64) {
    a = fold128(a, by512, load128(bytes));
    b = fold128(b, by512, load128(bytes + 16));
    c = fold128(c, by512, load128(bytes + 32));
    d = fold128(d, by512, load128(bytes + 48));
  }
  d = fold128(fold128(fold128(a, by128, b), by128, c), by128, d);
  return finish128(algorithm, d, bytes, length);
}

TARGET_AVX512 static inline __m512i load512(const unsigned char *bytes) {
  return _mm512_loadu_si512((const void *)bytes);
}

TARGET_AVX512 static inline __m512i fold512(__m512i lanes, __m512i constant, __m512i data) {
  __m512i high = _mm512_clmulepi64_epi128(lanes, constant, 0x00);
  __m512i low = _mm512_clmulepi64_epi128(lanes, constant, 0x11);
  return _mm512_ternarylogic_epi64(high, low, data, 0x96);  // the exclusive or of all three
}

// `length` is at least 256.
TARGET_AVX512 static uint64_t update_vpclmul512(enum cweir_crc_algorithm algorithm, uint64_t state,
                                                const unsigned char *bytes, size_t length) {
  const struct model *model = &models[algorithm];
  const __m512i by2048 = _mm512_broadcast_i32x4(fold_constant(&model->by2048));
  const __m512i by512 = _mm512_broadcast_i32x4(fold_constant(&model->by512));
  const __m128i by128 = fold_constant(&model->by128);
  const __m512i start = _mm512_zextsi128_si512(_mm_cvtsi64_si128((long long)state));
  __m512i a = _mm512_xor_si512(load512(bytes), start);
  __m512i b = load512(bytes + 64);
  __m512i c = load512(bytes + 128);
  __m512i d = load512(bytes + 192);
  for (bytes += 256, length -= 256; length >= 256; bytes += 256, length -= 256) {
    a = fold512(a, by2048, load512(bytes));
    b = fold512(b, by2048, load512(bytes + 64));
    c = fold512(c, by2048, load512(bytes + 128));
    d = fold512(d, by2048, load512(bytes + 192));
  }
  d = fold512(fold512(fold512(a, by512, b), by512, c), by512, d);
  for (; length >= 64; bytes += 64, length -= 64) d = fold512(d, by512, load512(bytes));
  __m128i lane = _mm512_extracti32x4_epi32(d, 0);
  lane = fold128(lane, by128, _mm512_extracti32x4_epi32(d, 1));
  lane = fold128(lane, by128, _mm512_extracti32x4_epi32(d, 2));
  lane = fold128(lane, by128, _mm512_extracti32x4_epi32(d, 3));
  return finish128(algorithm, lane, bytes, length);
}

static void choose_kernel(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("sse4.2") || !__builtin_cpu_supports("pclmul")) return;
  best_kernel = CWEIR_KERNEL_PCLMUL;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("vpclmulqdq")) {
    best_kernel = CWEIR_KERNEL_VPCLMUL512;
  }
}

static uint64_t update(enum cweir_crc_algorithm algorithm, enum cweir_crc_kernel kernel, uint64_t state,
                       const unsigned char *bytes, size_t length) {
  if (kernel >= CWEIR_KERNEL_VPCLMUL512 && length >= 256) {
    return update_vpclmul512(algorithm, state, bytes, length);
  }
  if (kernel >= CWEIR_KERNEL_PCLMUL) {
    if (length >= 64) return update_pclmul(algorithm, state, bytes, length);
    return update_short(algorithm, state, bytes, length);
  }
  return update_table(&models[algorithm], state, bytes, length);
}

#else

static void choose_kernel(void) {}

static uint64_t update(enum cweir_crc_algorithm algorithm, enum cweir_crc_kernel kernel, uint64_t state,
                       const unsigned char *bytes, size_t length) {
  (void)kernel;
  return update_table(&models[algorithm], state, bytes, length);
}

#endif

// x^exponent mod P, reflected to 64 bits.
static uint64_t power(const struct model *model, int exponent) {
  uint64_t value = 1ull << (model->width - 1);
  for (int i = 0; i < exponent; i++) value = (value >> 1) ^ ((value & 1) ? model->polynomial : 0);
  return value << (64 - model->width);
}

static struct fold fold_by(const struct model *model, int distance) {
  return (struct fold){.high = power(model, distance + 63), .low = power(model, distance - 1)};
}

// Before main(), so that no call has to ask whether the tables are there. Some 50 microseconds.
__attribute__((constructor)) static void prepare(void) {
  for (int m = 0; m < 4; m++) {
    struct model *model = &models[m];
    for (int byte = 0; byte < 256; byte++) {
      uint64_t value = (uint64_t)byte;
      for (int bit = 0; bit < 8; bit++) value = (value >> 1) ^ ((value & 1) ? model->polynomial : 0);
      model->table[0][byte] = value;
    }
    for (int slice = 1; slice < 8; slice++) {
      for (int byte = 0; byte < 256; byte++) {
        uint64_t value = model->table[slice - 1][byte];
        model->table[slice][byte] = (value >> 8) ^ model->table[0][value & 255];
      }
    }
    model->by128 = fold_by(model, 128);
    model->by512 = fold_by(model, 512);
    model->by2048 = fold_by(model, 2048);
  }
  choose_kernel();
}

static inline uint64_t crc(enum cweir_crc_algorithm algorithm, enum cweir_crc_kernel kernel, uint64_t crc,
                           const void *bytes, size_t length) {
  const uint64_t mask = models[algorithm].mask;
  return update(algorithm, kernel, crc ^ mask, bytes, length) ^ mask;
}

uint32_t cweir_crc32(uint32_t seed, const void *bytes, size_t length) {
  return (uint32_t)crc(CWEIR_CRC32, best_kernel, seed, bytes, length);
}

uint32_t cweir_crc32c(uint32_t seed, const void *bytes, size_t length) {
  return (uint32_t)crc(CWEIR_CRC32C, best_kernel, seed, bytes, length);
}

uint64_t cweir_crc64nvme(uint64_t seed, const void *bytes, size_t length) {
  return crc(CWEIR_CRC64NVME, best_kernel, seed, bytes, length);
}

uint64_t cweir_crc64ecma(uint64_t seed, const void *bytes, size_t length) {
  return crc(CWEIR_CRC64ECMA, best_kernel, seed, bytes, length);
}

enum cweir_crc_kernel cweir_crc_best_kernel(void) { return best_kernel; }

uint64_t cweir_crc_with_kernel(enum cweir_crc_algorithm algorithm, enum cweir_crc_kernel kernel,
                               uint64_t seed, const void *bytes, size_t length) {
  return crc(algorithm, kernel > best_kernel ? best_kernel : kernel, seed, bytes, length);
}
