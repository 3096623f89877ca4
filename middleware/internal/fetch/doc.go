// Package fetch requests the documents of token issuers: metadata and key sets.
//
// Every document comes with status 200, from the URL that was requested and not
// from a redirect, complete, and of at most 1 MiB. For issuers whose host is in
// part chosen by a token, connections to private addresses are refused. What is
// wrong is said in the words of package fault.
//
// go-oidc performs OpenID Connect Discovery. Metadata at other locations is
// requested and read here.
package fetch
