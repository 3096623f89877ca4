// Package strictjson parses the JSON of JOSE headers, claims sets, key sets and
// metadata. Two parsers must never see different things in such a document
// (RFC 8725, section 2.6; RFC 7515, section 10.12; RFC 7519, section 7.2).
//
// # Why not encoding/json
//
// encoding/json accepts what a security decision must reject:
//
//   - duplicate member names, of which the last one counts
//   - invalid UTF-8 and lone surrogates, which become U+FFFD
//   - member names in another case, if they fill a struct: see [Object.Variant]
//   - null in place of any value
//   - numbers that no float64 holds, if they are not converted
//   - up to 10000 levels of arrays and objects; this package accepts [MaxDepth]
//
// encoding/json and this package decide differently about 49 of the 164
// documents in testdata/vectors.txt. The tests compare the two: each difference
// must have one of these reasons. For the same purpose, [DecodeBase64URL] rejects
// line breaks, which encoding/base64 skips in its strict mode too.
//
// # What it earns
//
// Every uncached token needs two documents parsed, the header and the claims
// set. The benchmarks in this folder, for the 15 top-level members of a claims
// set of 552 bytes, on two cores of an AMD EPYC with Go 1.26:
//
//	this package     0.44 µs     no allocation
//	encoding/json    6.4 µs      58 allocations, and without these checks
//
//	DecodeBase64URL  0.29 µs
//	encoding/base64  0.41 µs     strict mode
//
// To measure again, run go test -bench 'Parse$|Rival|Base64' here.
//
// # Use
//
// [Parse] checks the whole document, down to the last level, and returns the
// top-level members as raw JSON. The accessors decode the value that is asked
// for, with all its digits. They reject what Parse rejects, also if raw does not
// come from Parse.
//
// Names are compared byte for byte. All functions are safe for concurrent use,
// keep no reference to their arguments beyond what they return, and take time
// linear in their input.
package strictjson
