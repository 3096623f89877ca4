// Package strictjson reads the JSON of JOSE headers, claims, keys and metadata
// and refuses what other readers quietly accept: duplicate member names, bytes
// after the value, invalid UTF-8, lone surrogates, deep nesting, and numbers
// that no float64 holds. Two readers see different things in such a document, and
// whoever wrote it may have meant them to (RFC 8725, section 2.6; RFC 7515,
// section 10.12; RFC 7519, section 7.2). Names are compared byte for byte;
// [Object.Variant] finds those that a more lenient reader would confuse.
//
// # Use
//
// Parse comes first and checks the whole document, to its last level. Values stay raw JSON, so that their digits and their spelling
// survive, and the accessors decode the one that is asked for. The accessors
// refuse what Parse would refuse, also if raw did not come from it. All
// functions are safe for concurrent use, keep nothing, and take time linear in
// their input.
//
// # Why not a library
//
// Measured on a shared two-core AMD EPYC with Go 1.26, for the claims of an
// ordinary access token (15 members, 552 bytes), top-level members with raw
// values: this package 0.44 µs and no allocation; encoding/json 6.4 µs and 58
// allocations; its experimental second version 5.4 µs and 25 allocations, 1.5 to
// 1.9 µs and 15 allocations when its tokens are read by hand, and 0.77 µs to
// check the syntax alone. Of the 164 documents in testdata/vectors.txt
// encoding/json judges 49 otherwise: duplicates, invalid UTF-8, lone surrogates,
// numbers and null. The second version judges 10 otherwise, numbers and null,
// and limits depth at 10000 levels only; but in Go 1.26 it takes
// GOEXPERIMENT=jsonv2, or the module github.com/go-json-experiment/json, which
// promises no stable interface. So a library would be slower, and would
// need a scan of our own beside it anyway. What is worth having of them is
// their judgement, and the tests use it: every difference from encoding/json
// must be one of the named reasons.
//
// To measure again: go test -bench 'Parse$|Rival' in this folder, and with
// GOEXPERIMENT=jsonv2 for the second version below the same interface; for its
// own interface, unmarshal the constant claims of bench_test.go into a
// map[string]jsontext.Value in a module outside of this one.
package strictjson
