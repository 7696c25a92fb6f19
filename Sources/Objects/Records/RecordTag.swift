/// Tags of the optional fields of records. A tag is never given a second meaning.
enum RecordTag {
  static let checksum: UInt8 = 1
  static let owner: UInt8 = 2
  static let contentType: UInt8 = 3
  static let cacheControl: UInt8 = 4
  static let contentDisposition: UInt8 = 5
  static let contentEncoding: UInt8 = 6
  static let contentLanguage: UInt8 = 7
  static let expires: UInt8 = 8
  static let websiteRedirectLocation: UInt8 = 9
  static let userMetadata: UInt8 = 16
  static let pieces: UInt8 = 32
  static let parts: UInt8 = 33
  static let manifest: UInt8 = 34
  static let upload: UInt8 = 35
  static let moves: UInt8 = 36
  static let tags: UInt8 = 40
  static let retention: UInt8 = 41
  static let legalHold: UInt8 = 42
  static let appending: UInt8 = 43
  static let target: UInt8 = 44
  static let sequential: UInt8 = 45
  static let restore: UInt8 = 46
  static let versioning: UInt8 = 48
  static let objectLock: UInt8 = 49
  static let recoveryWindow: UInt8 = 50
  static let historySince: UInt8 = 51
  static let protectedCut: UInt8 = 52
  static let worm: UInt8 = 53
  static let crossOrigin: UInt8 = 54
  static let referers: UInt8 = 55
  static let restoreClaim: UInt8 = 56
  static let lifecycle: UInt8 = 57
  static let storageClass: UInt8 = 58
  static let readsArchiveDirectly: UInt8 = 59
}
