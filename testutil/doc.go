// Package testutil is an authorization server for tests and demonstrations.
//
// It speaks real HTTP on a loopback address, so that an API, its middleware
// and its clients can be tried without an identity provider and without a
// network: it publishes metadata and keys, issues access tokens by client
// credentials (RFC 6749 section 4.4), mints any token that a test needs, and
// can rotate its keys, fail, stall or become unreachable on command. With [Options.System]
// it behaves like one of five known systems, down to the order of the members
// in its responses.
//
// In a test, [NewIssuer] starts a server that stops with the test. A program
// without a testing.TB, such as a demonstration, calls [Start]. The package does
// not import "testing", so it adds no test flags to a program that embeds it.
//
// Tokens can be bound to a key of the client. A [ProofKey] makes the DPoP proofs (RFC
// 9449), good and hostile, a [ClientCertificate] is for mutual TLS (RFC 8705), and the
// Confirmation of either is the cnf claim for [Issuer.Mint]. The token endpoint binds
// tokens to the proof and to the certificate of a request; with [Options.TLS] it sees
// certificates. [Transport] sends a bound token with a new proof in each request.
//
// The unit test of a handler needs no server: [Token] makes the claims that it reads.
//
// Package testutil/attack sends hostile requests to an API in the API's own test.
//
// The keys are generated in the process and never written anywhere. A server
// listens on loopback addresses only: it is a tool for tests, and every client that
// reaches it can get a token.
package testutil
