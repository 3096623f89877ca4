package middleware

// checkLength bounds the work for a token before anything else is done with it.
func (d *decision) checkLength() bool {
	if len(d.raw) > d.auth.maxBytes {
		d.hint, d.quiet = hintTooLong, true
		return d.reject(ErrMalformedToken)
	}
	return true
}

// readForm splits the token and reads header and payload, strictly.
func (d *decision) readForm() bool {
	m, err := d.scratch.reader.Read(d.raw)
	if err != nil {
		return d.rejectForm()
	}
	d.message = m
	d.scratch.grew(len(d.raw))
	if d.scratch.payload.ParseSegment(m.PayloadSegment()) != nil {
		return d.rejectForm()
	}
	return true
}

// copyRaw copies what outlives the request, whose memory the server may use again:
// claims.Token keeps the payload's segment, the cache and the Admission the whole token.
// It waits until the signature is verified, because the copy is a tenth of the work for a
// token that is rejected before.
func (d *decision) copyRaw() {
	d.message.Clone()
	d.scratch.payload.MoveSegment(d.message.PayloadSegment())
}

// decodeSignature is the rest of readForm. It waits until the algorithm is known to
// be allowed.
func (d *decision) decodeSignature() bool {
	signature, err := d.scratch.reader.Signature(&d.message)
	if err != nil {
		return d.rejectForm()
	}
	d.signature = signature
	return true
}

// rejectForm rejects a token that is not a JWT. A request whose credential is not
// exactly one word is malformed itself. That is looked at only now, because every JWT
// is one word.
func (d *decision) rejectForm() bool {
	if !d.given && !oneWord(d.raw) {
		return d.reject(ErrMalformedRequest)
	}
	return d.reject(ErrMalformedToken)
}

// checkNames rejects claims that a reader which ignores case could take for claims that
// decide. It comes after the audience, so that the token of another API is reported as
// such.
func (d *decision) checkNames() bool {
	if d.issuer.caseVariant(d.scratch.payload) != "" {
		return d.reject(ErrMalformedToken)
	}
	return true
}
