// Package foreign holds tests that attack APIs built with other libraries. It is a
// module of its own, so that those libraries are not dependencies of this one.
package foreign
