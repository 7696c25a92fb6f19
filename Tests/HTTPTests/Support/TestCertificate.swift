import COpenSSL
import Glibc

/// A self-signed certificate made for a test, as PEM files in a directory that goes with it.
final class TestCertificate {
  struct CannotMake: Error {}

  let directory: String
  var certificateFile: String { directory + "/certificate.pem" }
  var keyFile: String { directory + "/key.pem" }

  init(name: String) throws {
    var template = Array("/tmp/weir-tls-XXXXXX".utf8CString)
    guard let path = unsafe mkdtemp(&template) else { throw CannotMake() }
    directory = unsafe String(cString: path)
    try write(name: name)
  }

  deinit {
    unsafe unlink(certificateFile)
    unsafe unlink(keyFile)
    unsafe rmdir(directory)
  }

  /// Makes a new key and certificate for `name` in place of what the files hold.
  func write(name: String) throws {
    var key: OpaquePointer?
    guard let generator = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil),
      unsafe EVP_PKEY_keygen_init(generator) == 1, unsafe EVP_PKEY_keygen(generator, &key) == 1,
      let certificate = unsafe X509_new()
    else { throw CannotMake() }
    defer {
      unsafe EVP_PKEY_CTX_free(generator)
      unsafe EVP_PKEY_free(key)
      unsafe X509_free(certificate)
    }
    unsafe X509_set_version(certificate, 2)
    unsafe ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1)
    unsafe X509_gmtime_adj(X509_getm_notBefore(certificate), -3600)
    unsafe X509_gmtime_adj(X509_getm_notAfter(certificate), 86400)
    unsafe X509_set_pubkey(certificate, key)
    let subject = unsafe X509_get_subject_name(certificate)
    unsafe X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0)
    unsafe X509_set_issuer_name(certificate, subject)
    guard unsafe X509_sign(certificate, key, nil) > 0 else { throw CannotMake() }
    // New files moved over the old ones, as a careful tool does it.
    try unsafe Self.replace(keyFile) { file in
      unsafe PEM_write_PrivateKey(file, key, nil, nil, 0, nil, nil) == 1
    }
    try unsafe Self.replace(certificateFile) { file in unsafe PEM_write_X509(file, certificate) == 1 }
  }

  /// Puts text in place of the certificate.
  func spoil() throws {
    try unsafe Self.replace(certificateFile) { file in unsafe fputs("not a certificate\n", file) >= 0 }
  }

  private static func replace(_ path: String, _ fill: (UnsafeMutablePointer<FILE>) -> Bool) throws {
    guard let file = unsafe fopen(path + ".new", "w") else { throw CannotMake() }
    let isWritten = unsafe fill(file)
    unsafe fclose(file)
    guard isWritten, unsafe rename(path + ".new", path) == 0 else { throw CannotMake() }
  }
}
