/// A form on its way in: what reads it, and its fields once they have come. Confined to the ring of its connection.
final class ReceivedForm {
  let body: FormBody
  /// Nil until the file begins.
  var fields: PostForm?

  init(_ body: FormBody) { self.body = body }
}
