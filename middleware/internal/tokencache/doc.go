// Package tokencache remembers what the check of a token found, so that the
// second sight of the same token need not repeat it.
//
// A [Cache] is a table from whole tokens to values with a fixed greatest number
// of entries. It knows nothing of what a value means: that it is only stored
// after the signature held, and what is checked again on every hit, is the
// caller's business.
package tokencache
