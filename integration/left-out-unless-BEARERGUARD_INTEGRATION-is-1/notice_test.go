// Package notice_test is a message. Of a package that passes, go test shows
// nothing but its path: so this path says that the tests of the package above
// were left out, and what runs them once integration/install has been called.
package notice_test
