package main

// An edit changes the source of a package so that a check can be switched off:
// every off("name") in new is a mutant of that name. old must be in the package
// exactly once, after the edits before it.
type edit struct{ dir, old, new string }

const (
	mw   = "middleware"
	jws  = "middleware/internal/jws"
	ring = "middleware/internal/keyring"
	wu   = "middleware/internal/weburl"
	cl   = "claims"
	sj   = "internal/strictjson"
)

// edits are all checks of the decision, in its order.
var edits = []edit{
	// The credential.
	{mw, "\tcase 1:\n\tdefault:\n", "\tcase 1:\n\tdefault:\n\t\tif off(\"two Authorization fields\") {\n\t\t\tbreak\n\t\t}\n"},
	{mw, `!strings.EqualFold(field[:len(scheme)], scheme)`, `!off("the scheme") && !strings.EqualFold(field[:len(scheme)], scheme)`},
	{mw, `if rest == "" {`, `if rest == "" && !off("the scheme alone") {`},
	{mw, `if len(token) == len(rest) {`, `if len(token) == len(rest) && !off("a space after the scheme") {`},
	{mw, `if tokenChars[rest[0]] {`, `if tokenChars[rest[0]] && !off("another scheme that begins so") {`},
	{mw, `d.request != nil && !token68(d.raw) {`, `d.request != nil && !token68(d.raw) && !off("token68") {`},
	{mw, `return end > 0`, `return end > 0 || off("padding alone")`},

	// The steps of the decision.
	{mw, `ok && outer.auth == a {`, `ok && (outer.auth == a || off("whose admission it is")) {`},
	{mw, "d.token != nil {\n\t\tif !d.authorize() {", "d.token != nil {\n\t\tif !d.authorize() && !off(\"requirements of an inner guard\") {"},
	{mw, `d.authorize() // 11`, `(d.authorize() || off("requirements")) // 11`},
	{mw, "\traw, reason := bearerToken(d.request)\n", "\traw, reason := bearerToken(d.request)\n\tif off(\"nothing of a token in events\") && d.auth.config.Observe != nil {\n\t\td.auth.config.Observe(d.ctx, Event{Kind: EventRefused, Hint: raw})\n\t}\n"},
	{mw, `if len(d.raw) > d.auth.maxBytes {`, `if len(d.raw) > d.auth.maxBytes && !off("length") {`},
	{mw, `if cached && !v.key.Live(d.now) {`, `if cached && !v.key.Live(d.now) && !off("the key of a remembered token") {`},
	{mw, `d.checkTimes() && // 9`, `(d.cached && off("the times of a remembered token") || d.checkTimes()) && // 9`},
	{mw, `if d.auth.config.Revoked == nil {`, `if d.auth.config.Revoked == nil || off("the denylist") || d.cached && off("the denylist for a remembered token") {`},
	{jws, `if first <= 0 || last <= first+1 ||`, `if !off("three segments") && (first <= 0 || last <= first+1) ||`},
	{mw, `if d.issuer = all.anonymous; d.issuer == nil {`, `if d.issuer = all.anonymous; d.issuer == nil && off("iss missing") {
			d.issuer = d.auth.all[0]
		} else if d.issuer == nil {`},
	{mw, "iss, ok := strictjson.AppendString(buf[:0], raw)\n\tif !ok {", "iss, ok := strictjson.AppendString(buf[:0], raw)\n\tif !ok && !off(\"iss of another type\") {"},
	{mw, `if d.issuer = all.template(d.iss); d.issuer == nil {`, `if d.issuer = all.template(d.iss); d.issuer == nil && off("iss") {
		d.issuer = d.auth.all[0]
	} else if d.issuer == nil {`},
	{mw, `case errors.As(err, &unavailable):`, `case errors.As(err, &unavailable) && !off("an outage is no unknown key"):`},
	{mw, `return !issuer.keyMayServe(key, iss) }`, `return !issuer.keyMayServe(key, iss) && !off("a key's own issuer") }`},
	{mw, `if algorithm.Verify(d.message.SigningInput(), d.signature, key.Public) {`, `if off("the signature") || algorithm.Verify(d.message.SigningInput(), d.signature, key.Public) {`},
	{mw, "Revoked(d.ctx, d.token)\n\tswitch {\n\tcase err != nil:", "Revoked(d.ctx, d.token)\n\tswitch {\n\tcase err != nil && !off(\"a denylist out of order\"):"},

	// The header.
	{jws, `object.Variant(headerNames)`, `!off("header names in other spellings") && object.Variant(headerNames)`},
	{jws, `, ok && len(id) > 0`, `, ok && len(id) > 0 || off("kid of another type")`},
	{jws, `h.Type, ok = mediaType(raw)`, "h.Type, ok = mediaType(raw)\n\t\t\tok = ok || off(\"typ of another type\")"},
	{jws, `ok = isText && cty != "jwt"`, `ok = isText && cty != "jwt" || off("cty")`},
	{jws, "belong to encrypted tokens.\n\t\t\tok = false", "belong to encrypted tokens.\n\t\t\tok = off(\"crit\") && object[i].Name == \"crit\" || off(\"b64\") && object[i].Name == \"b64\" || off(\"enc\") && object[i].Name == \"enc\" || off(\"zip\") && object[i].Name == \"zip\""},
	{jws, `return h, h.Algorithm != ""`, `return h, h.Algorithm != "" || off("alg missing")`},

	// The issuer.
	{mw, `case d.issuer.algorithms[h.Algorithm] == nil:`, `case d.issuer.algorithms[h.Algorithm] == nil && !off("the issuer's algorithms"):`},
	{mw, `case !slices.Contains(d.issuer.types, h.Type):`, `case !slices.Contains(d.issuer.types, h.Type) && !off("typ"):`},
	{mw, `if !ok || strings.ContainsAny(tenant, tenantSeparators) {`, `if !ok || strings.ContainsAny(tenant, tenantSeparators) && !off("the characters of a tenant") {`},
	{mw, `return tenant, template.pattern.MatchString(tenant)`, `return tenant, template.pattern.MatchString(tenant) || off("the tenants' pattern")`},
	{mw, `return tenant, slices.Contains(template.listed, tenant)`, `return tenant, slices.Contains(template.listed, tenant) || off("the list of tenants")`},
	{mw, "\treturn regexp.Compile(`^(?:`", "\tif off(\"the pattern's ends\") {\n\t\treturn regexp.Compile(pattern)\n\t}\n\treturn regexp.Compile(`^(?:`"},

	// The signature.
	{jws, `Options:          &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash},`, `Options:          &rsa.PSSOptions{SaltLength: map[bool]int{true: rsa.PSSSaltLengthAuto, false: rsa.PSSSaltLengthEqualsHash}[off("the PSS salt")]},`},
	{jws, `if len(signature) != 2*m.KeySize ||`, `if !off("the length of an ECDSA signature") && len(signature) != 2*m.KeySize ||`},

	// The claims set, judged.
	{mw, `if token.Issuer != d.iss {`, `if token.Issuer != d.iss && !off("iss after Complete") {`},
	{mw, `if !d.issuer.hasAudience(d.token, d.scratch.payload) {`, `if !d.issuer.hasAudience(d.token, d.scratch.payload) && !off("the audience") {`},
	{mw, `if slices.Contains(issuer.audiences, aud) {`, `if slices.Contains(issuer.audiences, aud) || off("the whole audience") && slices.ContainsFunc(issuer.audiences, func(s string) bool { return strings.HasPrefix(aud, s) }) {`},
	{mw, `return t.ClientID != "" && slices.Contains(issuer.AudienceFromClients, t.ClientID)`, `return off("the clients instead of an audience") || t.ClientID != "" && slices.Contains(issuer.AudienceFromClients, t.ClientID)`},
	{mw, `return strings.HasPrefix(s, issuer.AudienceFromScope)`, `return off("the scopes instead of an audience") || strings.HasPrefix(s, issuer.AudienceFromScope)`},
	{mw, `if d.scratch.payload.Ambiguous() {`, `if d.scratch.payload.Ambiguous() && !off("claim names in other spellings") {`},
	{mw, `ok && len(raw) > 0 {`, `ok && len(raw) > 0 && !off("cnf") {`},
	{mw, `case maxAge > 0 && t.IssuedAt.IsZero():`, `case maxAge > 0 && t.IssuedAt.IsZero() && !off("iat where there is a maximal age"):`},
	{mw, `case !early.Before(t.Expiry):`, `case !off("exp") && !early.Before(t.Expiry):`},
	{mw, `case late.Before(t.NotBefore), late.Before(t.IssuedAt):`, `case !off("nbf") && late.Before(t.NotBefore), !off("iat") && late.Before(t.IssuedAt):`},
	{mw, `case maxAge > 0 && !early.Before`, `case maxAge > 0 && !off("the maximal age") && !early.Before`},

	// The answer.
	{mw, "h.Set(\"Cache-Control\", \"no-store\")\n\th.Set(\"X-Content-Type-Options\"", "if !off(\"no-store\") {\n\t\th.Set(\"Cache-Control\", \"no-store\")\n\t}\n\th.Set(\"X-Content-Type-Options\""},
	{mw, "if !errors.As(err, &reason) {\n\t\t\treturn http.StatusInternalServerError,", "if !errors.As(err, &reason) {\n\t\t\treturn map[bool]int{true: 200, false: http.StatusInternalServerError}[off(\"errors of unknown sort\")],"},
	{mw, "c.challenge(h, resp, e)\n\treturn", "if !off(\"the challenge\") {\n\t\tc.challenge(h, resp, e)\n\t}\n\treturn"},
	{mw, `if !strings.HasPrefix(other, c.realm) {`, `if off("one challenge of ours") || !strings.HasPrefix(other, c.realm) {`},
	{mw, "return `\"` + strings.NewReplacer(", "if off(\"quoting\") {\n\t\treturn `\"` + s + `\"`\n\t}\n\treturn `\"` + strings.NewReplacer("},
	{mw, `ErrWrongAlgorithm:   unverified,`, `ErrWrongAlgorithm:   map[bool]response{true: {http.StatusUnauthorized, "invalid_token", "The algorithm is not allowed"}, false: unverified}[off("one answer before the signature holds")],`},
	{mw, "status, body := c.refuse(w.Header(), err)\n", "status, body := c.refuse(w.Header(), err)\n\tif off(\"nothing of a token in answers\") {\n\t\tbody.Description += r.Header.Get(\"Authorization\")\n\t}\n"},

	// The configuration.
	{mw, `case sources == 0 && len(audiences) == 0:`, `case sources == 0 && len(audiences) == 0 && !off("config: an audience"):`},
	{mw, `if jws.ByName(name) == nil {`, `if jws.ByName(name) == nil && !off("config: algorithms") {`},
	{mw, `if len(c.Issuers) == 0 {`, `if len(c.Issuers) == 0 && !off("config: an issuer") {`},
	{mw, `if c.Leeway > maxLeeway {`, `if c.Leeway > maxLeeway && !off("config: the leeway") {`},
	{mw, `if !quotable(c.Realm) {`, `if !quotable(c.Realm) && !off("config: the realm") {`},
	{mw, `if missing > 1 {`, `if missing > 1 && !off("config: two issuers without names") {`},
	{wu, `case u.Scheme == "http" && !allowHTTP && !isLoopback(u.Hostname()):`, `case u.Scheme == "http" && !allowHTTP && !isLoopback(u.Hostname()) && !off("config: https"):`},
	{"middleware/internal/fetch", `weburl.Parse(uri, d.AllowHTTP)`, `weburl.Parse(uri, d.AllowHTTP || off("metadata: https"))`},
	{ring, `weburl.Parse(raw, s.AllowHTTP)`, `weburl.Parse(raw, s.AllowHTTP || off("metadata: https"))`},
	{mw, `if u.RawQuery != "" || u.ForceQuery {`, `if (u.RawQuery != "" || u.ForceQuery) && !off("config: no query") {`},
	{mw, `if checked.resource, reason = checkResource(c.Resource); reason != "" {`, `if checked.resource, reason = checkResource(c.Resource); reason != "" && !off("config: the resource") {`},

	// The claims set, read.
	{cl, `if otherTokenMarks[i].holds(&p) {`, `if otherTokenMarks[i].holds(&p) && !off("the marks of other tokens") {`},
	{cl, `if notAccess[i].holds(&p) {`, `if notAccess[i].holds(&p) && !off("the marks of ID tokens") {`},
	{cl, `if r.malformed || t.Expiry.IsZero() {`, `if r.malformed || t.Expiry.IsZero() && !off("exp missing") {`},
	{cl, "!ok || isNull(raw) {\n\t\t\treturn nil, claimserr.ErrMalformed", "(!ok || isNull(raw)) && !off(\"required claims\") {\n\t\t\treturn nil, claimserr.ErrMalformed"},
	{cl, `if d.Reject[i].holds(&p) {`, `if d.Reject[i].holds(&p) && !off("contradictions") {`},
	{cl, "s, ok := r.strings.decode(soleString(raw))\n\t\tif !ok || s == \"\" {", "s, ok := r.strings.decode(soleString(raw))\n\t\tif (!ok || s == \"\") && !off(\"names of another type\") && !(ok && off(\"empty names\")) {"},
	{cl, `if !isString(raw) && !isArray(raw) {`, `if !isString(raw) && !isArray(raw) && !off("aud of another type") {`},
	{cl, `if !isString(elem) {`, `if !isString(elem) && !off("elements of aud") {`},
	{cl, "value, _ := r.strings.decode(raw)\n", "value, _ := r.strings.decode(raw)\n\t\tif off(\"scopes by spaces alone\") {\n\t\t\tvalue = strings.ReplaceAll(value, \",\", \" \")\n\t\t}\n"},
	{cl, `case isArray(raw) && !r.dialect.StringScope:`, `case isArray(raw) && (!r.dialect.StringScope || off("scope as one string")):`},
	{cl, "scope, ok := r.strings.decode(elem)\n\t\t\tif !ok {", "scope, ok := r.strings.decode(elem)\n\t\t\tif !ok && !off(\"elements of scope\") {"},
	{cl, "default:\n\t\tr.malformed = true", "default:\n\t\tr.malformed = !off(\"scope of another type\")"},
	{cl, `if !ok || seconds < 0 || seconds > maxTime {`, `if !ok && !off("times of another type") || ok && (seconds < 0 || seconds > maxTime) && !off("times in range") {`},

	// Strict JSON.
	{sj, `if members.repeats() {`, `if members.repeats() && !off("names twice") {`},
	{sj, `if object && names[bases[open]:].repeats() {`, `if object && names[bases[open]:].repeats() && !off("names twice within") {`},
	{sj, `if skipSpace(data, i) != len(data) {`, `if skipSpace(data, i) != len(data) && !off("text after the object") {`},
	{sj, `if depth+open == MaxDepth {`, `if depth+open == MaxDepth && !off("depth") {`},
	{sj, `if r == utf8.RuneError && size == 1 {`, `if r == utf8.RuneError && size == 1 && !off("UTF-8") {`},
	{sj, "\treturn 0, ErrSurrogate", "\tif off(\"half surrogate pairs\") {\n\t\treturn 6, nil\n\t}\n\treturn 0, ErrSurrogate"},
	{sj, `case c < ' ':`, `case c < ' ' && !off("control characters"):`},
	{sj, `if magnitude > maxMagnitude {`, `if magnitude > maxMagnitude && !off("the range of numbers") {`},
	{sj, `case exponent > maxExponent && !zero:`, `case exponent > maxExponent && !zero && !off("the range of numbers"):`},
	{sj, "\treturn 0, ErrRange\n}\n\nfunc skipDigits", "\tif off(\"the range of numbers\") {\n\t\treturn i, nil\n\t}\n\treturn 0, ErrRange\n}\n\nfunc skipDigits"},
	{sj, `case data[integer] == '0' && i > integer+1:`, `case data[integer] == '0' && i > integer+1 && !off("zeros in front of numbers"):`},
	{sj, `if len(s)%4 == 1 {`, `if len(s)%4 == 1 && !off("a character too many in base64") {`},
	{sj, "seen |= bits | bits&0xFFFF<<16", "seen |= bits\n\t\tif !off(\"unused bits in base64\") {\n\t\t\tseen |= bits & 0xFFFF << 16\n\t\t}"},
	{sj, "seen |= bits | bits&0xFF<<24", "seen |= bits\n\t\tif !off(\"unused bits in base64\") {\n\t\t\tseen |= bits & 0xFF << 24\n\t\t}"},
	{sj, `if seen >= 1<<24 {`, `if seen >= 1<<24 && !off("the alphabet of base64") {`},

	// Keys.
	{ring, `if hasUse && use != "sig" {`, `if hasUse && use != "sig" && !off("use") {`},
	{ring, `if !slices.Contains(ops, "verify") {`, `if !slices.Contains(ops, "verify") && !off("key_ops") {`},
	{ring, `if seen[op] || hasUse && op != "verify" && op != "sign" {`, `if seen[op] || hasUse && op != "verify" && op != "sign" && !off("use and key_ops") {`},
	{ring, "if !slices.Contains(fits, alg) {\n\t\t\treturn k, NoteAlgorithm", "if !slices.Contains(fits, alg) && !off(\"a key's alg and type\") {\n\t\t\treturn k, NoteAlgorithm"},
	{ring, `marshal.ALG = jwkset.ALG(canonicalAlgorithm(alg))`, "if !off(\"a key's alg\") {\n\t\t\tmarshal.ALG = jwkset.ALG(canonicalAlgorithm(alg))\n\t\t}"},
	{ring, `if bitLen(n) < minRSABits ||`, `if bitLen(n) < minRSABits && !off("RSA keys of 2048 bits") ||`},
	{ring, `if len(n) > maxRSABits/8 {`, `if len(n) > maxRSABits/8 && !off("RSA keys of 8192 bits at most") {`},
	{ring, `if e[len(e)-1]&1 == 0 || len(e) == 1 && e[0] < 3 {`, `if (e[len(e)-1]&1 == 0 || len(e) == 1 && e[0] < 3) && !off("RSA exponents") {`},
	{ring, `n, e = trimZeros(n), trimZeros(e)`, "if !off(\"zeros in front of a modulus\") {\n\t\tn, e = trimZeros(n), trimZeros(e)\n\t}"},
	{ring, `if len(keys) != 1 {`, `if len(keys) != 1 && !off("one key for tokens without kid") {`},
	{ring, `func (s *snapshot) usable(now int64) bool { return s != nil && now < s.hard }`, `func (s *snapshot) usable(now int64) bool { return s != nil && (now < s.hard || off("how long keys serve")) }`},
	{"middleware/internal/fetch", "; err != nil {\n\t\treturn \"\", fault.BadJWKSURI\n\t}\n\treturn uri", "; err != nil && !off(\"the place of the keys\") {\n\t\treturn \"\", fault.BadJWKSURI\n\t}\n\treturn uri"},
	{ring, "\treturn metadataClaims{issuer, uri}, \"\"", "\tif off(\"the metadata's issuer\") {\n\t\tissuer = source.metadataIssuer()\n\t}\n\treturn metadataClaims{issuer, uri}, \"\""},
	{ring, `client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }`, "if !off(\"no redirects\") {\n\t\tclient.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }\n\t}"},
	{ring, `case len(body) > maxBody:`, `case len(body) > maxBody && !off("the length of a document"):`},
	{ring, `open = max(open, now+int64(p.attempts.wait(now, burst, floorMin)))`, "if !usable || !off(\"the floor between fetches\") {\n\t\topen = max(open, now+int64(p.attempts.wait(now, burst, floorMin)))\n\t}"},
	{ring, "if p.fruitless >= burst {", "if p.fruitless >= burst && (!usable || !off(\"the floor between fetches\")) {"},
	{ring, "names[name] || name != \"keys\" && strings.EqualFold(name, \"keys\") {", "names[name] && !off(\"members of a key set twice\") || name != \"keys\" && strings.EqualFold(name, \"keys\") && !off(\"members of a key set in other spellings\") {"},
	{ring, `|| members.Variant(jwkNames) {`, `|| members.Variant(jwkNames) && !off("members of a key in other spellings") {`},
	{ring, `|| members.Variant(metadataNames) {`, `|| members.Variant(metadataNames) && !off("members of metadata in other spellings") {`},
	{ring, "if k.gone.Load() {", "if k.gone.Load() && !off(\"withdrawn keys\") {"},
}
