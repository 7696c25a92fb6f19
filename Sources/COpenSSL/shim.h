#pragma once
// The low-level digests (SHA256_Update and the like) are deprecated, but a state held by value costs a third of
// what the EVP calls cost on short messages.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/md5.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Functions for what OpenSSL offers as macros only, which Swift cannot see.

// What every server context has: TLS 1.2 and 1.3, no renegotiation, no compression; no session cache (its lock would be
// shared by all threads; sessions resume by ticket); buffers of idle connections released.
static inline void weir_ssl_ctx_prepare(SSL_CTX *context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(
      context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(
      context,
      SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static inline long weir_ssl_ctx_set_servername(
    SSL_CTX *context, int (*callback)(SSL *, int *, void *), void *argument) {
  SSL_CTX_set_tlsext_servername_arg(context, argument);
  return SSL_CTX_set_tlsext_servername_callback(context, callback);
}

static inline long weir_ssl_set_host_name(SSL *ssl, const char *name) {
  return SSL_set_tlsext_host_name(ssl, name);
}

static inline void weir_bio_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }

static inline void weir_bio_set_retry_write(BIO *bio) { BIO_set_retry_write(bio); }

static inline void weir_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
