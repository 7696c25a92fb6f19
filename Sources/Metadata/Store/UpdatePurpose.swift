/// What an update does to the room on the disk: where that runs out, only updates that free some go on.
package enum UpdatePurpose: Sendable, Hashable {
  /// It keeps something: refused while less than `MetadataOptions.freeBytesReserve` is free.
  case keep
  /// It deletes, or makes room that can be used again: refused only while less than
  /// `MetadataOptions.freeBytesForDeletes` is free.
  case free
}
