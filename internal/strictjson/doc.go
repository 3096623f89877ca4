// Package strictjson reads the JSON of tokens, keys and metadata and refuses
// what other readers quietly accept: duplicate member names, bytes after the
// value, invalid UTF-8, lone surrogates, numbers that no float64 holds, and
// deep nesting. Two readers of such a document may see different things in it,
// and so may an attacker.
package strictjson
