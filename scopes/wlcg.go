package scopes

import (
	"net/url"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
)

// WLCG is the [Strategy] for the storage scopes of the WLCG token profile, such
// as "storage.read:/path". A scope covers its path and whole segments below it:
// "storage.read:/foo" covers "/foo/bar", but not "/foobar", and
// "storage.read:/foo/" does not cover "/foo" itself. storage.modify also covers
// storage.create, and storage.stage also covers storage.poll. As of version 1.3
// of the profile, storage.stage does not cover storage.read.
//
// A storage scope is invalid if it has no path, or a path with empty or dot
// segments, percent-encoded ones included. An invalid scope covers nothing and
// is covered by nothing, not even by itself. Paths are compared as they are
// written. All other scopes are compared byte for byte.
func WLCG(t *claims.Token, required string) bool {
	if !strings.HasPrefix(required, "storage.") {
		return exact(t, required)
	}
	operation, path, ok := cutStoragePath(required)
	if !ok {
		return false
	}
	return slices.ContainsFunc(t.Scopes, func(granted string) bool {
		grantedOperation, grantedPath, ok := cutStoragePath(granted)
		return ok && operationCovers(grantedOperation, operation) && pathCovers(grantedPath, path)
	})
}

func operationCovers(granted, need string) bool {
	switch granted {
	case need:
		return true
	case "storage.modify":
		return need == "storage.create"
	case "storage.stage":
		return need == "storage.poll"
	}
	return false
}

func pathCovers(granted, need string) bool {
	rest, ok := strings.CutPrefix(need, granted)
	return ok && (rest == "" || rest[0] == '/' || strings.HasSuffix(granted, "/"))
}

// cutStoragePath splits a scope into its operation and its path, which must be
// absolute and have no empty or dot segments.
func cutStoragePath(s string) (operation, path string, ok bool) {
	operation, path, _ = strings.Cut(s, ":")
	if !strings.HasPrefix(path, "/") {
		return "", "", false
	}
	for rest := path[1:]; rest != ""; {
		segment, after, more := strings.Cut(rest, "/")
		if !validSegment(segment) {
			return "", "", false
		}
		if !more {
			break
		}
		rest = after
	}
	return operation, path, true
}

// validSegment reports whether segment names a child of its parent, also after
// percent-decoding.
func validSegment(segment string) bool {
	if strings.IndexByte(segment, '%') >= 0 {
		decoded, err := url.PathUnescape(segment)
		if err != nil || strings.ContainsAny(decoded, "/\x00") {
			return false
		}
		segment = decoded
	}
	return segment != "" && segment != "." && segment != ".."
}
