package import Access

/// The identity store as the authenticator asks it.
package struct AccessCredentials: CredentialSource {
  private let identities: IdentityStore

  package init(_ identities: IdentityStore) {
    self.identities = identities
  }

  package func credential(accessKeyID: String) -> SigningCredential<Identity>? {
    guard let credential = identities.credential(accessKeyID: accessKeyID) else { return nil }
    return SigningCredential(secret: credential.secret, identity: credential.identity)
  }
}
