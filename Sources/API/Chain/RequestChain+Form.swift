import HTTP
import Primitives
import Ring

// Requests whose body is a form: who asks, and what for, stands in its fields.
extension RequestChain {
  /// Makes the form that the body is. Whoever signed its URL or a header has signed nothing of it, so neither is looked
  /// at.
  func openForm(_ request: APIRequest, _ body: RequestBody) throws(S3Error) {
    let boundary = try told(request) { () throws(FormError) in
      try FormBoundary(contentType: request.headers.first("content-type"))
    }
    guard request.claim(FormBody.memoryBytes, for: .upload) else { throw S3Error(.slowDown) }
    do throws(BodyError) {
      let source = try S3ObjectBody(
        body, head: request.head, payload: .none, trailer: nil,
        allowsChunked: request.dialect.objects.allowsChunkedBodies)
      request.body = source
      request.form = ReceivedForm(FormBody(source, boundary))
    } catch {
      throw S3Error(error)
    }
  }

  /// Reads the fields of the form, and admits what they ask for.
  func receiveForm(_ request: APIRequest) async throws(S3Error) {
    let form = request.knownForm
    while form.fields == nil {
      let count: Int
      do throws(BodyError) {
        count = try await form.body.receive()
      } catch {
        throw S3Error(error)
      }
      try readFields(request, form, count)
    }
    try admitForm(request, form)
  }

  @inline(never)
  private func readFields(_ request: APIRequest, _ form: ReceivedForm, _ count: Int) throws(S3Error) {
    // A refusal too is told in the words of who is told.
    defer { PostForm.dialect(of: form.body.fieldNames).map(request.change(to:)) }
    do throws(FormError) {
      form.fields = try form.body.readFields(count)
    } catch {
      throw error.refusal(PostForm.dialect(of: form.body.fieldNames) ?? request.dialect)
    }
  }

  /// Everything between the fields and the file: who asks, what for, and whether that is what was signed.
  @inline(never)
  private func admitForm(_ request: APIRequest, _ form: ReceivedForm) throws(S3Error) {
    guard let fields = form.fields, let spec = request.spec, let bucket = request.target.bucket else {
      throw S3Error(.malformedPOSTRequest)
    }
    try authenticate(request, fields)
    guard request.identity != nil else { throw S3Error(.accessDenied) }
    try services.address(bucket, request)
    let name = try told(request) { () throws(FormError) in try fields.required("key") }
    guard !name.isEmpty else {
      throw .invalidArgument("key", "", "User key must have a length greater than 0.")
    }
    if let encoded = fields.value("policy") {
      let forms = request.dialect.forms
      let policy = try PostPolicy(encoded, forms)
      try policy.check(fields, bucket: bucket, now: request.arrived, forms)
      form.body.allowed = policy.length
    }
    do throws(InvalidObjectKey) {
      request.target = RequestTarget(
        bucket: bucket, key: try ObjectKey(validating: name), isVirtualHost: request.target.isVirtualHost)
    } catch {
      throw S3Error(error, path: name[...])
    }
    request.headers = try told(request) { () throws(FormError) in
      try fields.headers(besides: request.head.headers, request.dialect.forms)
    }
    try admit(request, spec)
    try prepareFile(request)
  }

  /// As of any body that is stored: its checksums, its pace, and the memory that it takes.
  private func prepareFile(_ request: APIRequest) throws(S3Error) {
    do throws(ChecksumError) {
      request.checksums = try ChecksumRequest.parse(request.headers)
    } catch {
      throw S3Error(error)
    }
    guard let source = request.body else { return }
    request.paceUpload(source, source.length)
    if !mayReceive(source, request) { throw S3Error(.slowDown) }
  }

  private func authenticate(_ request: APIRequest, _ fields: PostForm) throws(S3Error) {
    let claim = try told(request) { () throws(FormError) in try fields.claim(request.dialect.forms) }
    guard let claim else { return }
    do throws(SignatureError) {
      request.identity = try authenticator.authenticate(
        fields, claim, request.dialect.signatures.service, request.dialect.forms, credentials: credentials)
    } catch {
      throw request.dialect.signatures.refusal(error)
    }
    request.authentication = claim.kind
  }

  /// What a step over the form gives, or its refusal in the words of the request's dialect.
  private func told<Result>(
    _ request: APIRequest, _ step: () throws(FormError) -> Result
  ) throws(S3Error) -> Result {
    do throws(FormError) { return try step() } catch { throw error.refusal(request.dialect) }
  }
}
