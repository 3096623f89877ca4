package scopes

import (
	"net/url"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
)

// WLCG is the [Strategy] for the storage scopes of the WLCG token profile,
// "storage.read:/path": a scope covers its path and what lies below it, at the
// borders of segments, so that "storage.read:/foo" covers "/foo/bar" and not
// "/foobar", and "storage.read:/foo/" does not cover "/foo" itself.
// storage.modify covers storage.create, and storage.stage covers storage.poll;
// since version 1.3 of the profile storage.stage does not cover storage.read.
//
// A storage scope without a path, or with one that has empty or dot segments,
// written plainly or percent-encoded, covers nothing and is covered by nothing,
// not even by itself. Paths are compared as they are written. All other scopes
// are compared exactly.
func WLCG(t *claims.Token, required string) bool {
	if !strings.HasPrefix(required, "storage.") {
		return Exact(t, required)
	}
	operation, path, ok := cutPath(required)
	if !ok {
		return false
	}
	return slices.ContainsFunc(t.Scopes, func(granted string) bool {
		grantedOperation, above, ok := cutPath(granted)
		return ok && operationCovers(grantedOperation, operation) && pathCovers(above, path)
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

func pathCovers(above, path string) bool {
	rest, ok := strings.CutPrefix(path, above)
	return ok && (rest == "" || rest[0] == '/' || strings.HasSuffix(above, "/"))
}

// cutPath splits a scope into its operation and an absolute, normal path.
func cutPath(s string) (operation, path string, ok bool) {
	operation, path, _ = strings.Cut(s, ":")
	if !strings.HasPrefix(path, "/") {
		return "", "", false
	}
	for rest := path[1:]; rest != ""; {
		segment, after, more := strings.Cut(rest, "/")
		if !normalSegment(segment) {
			return "", "", false
		}
		if !more {
			break
		}
		rest = after
	}
	return operation, path, true
}

// normalSegment reports whether segment names one thing below its parent,
// however it is decoded.
func normalSegment(segment string) bool {
	if strings.IndexByte(segment, '%') >= 0 {
		decoded, err := url.PathUnescape(segment)
		if err != nil || strings.ContainsAny(decoded, "/\x00") {
			return false
		}
		segment = decoded
	}
	return segment != "" && segment != "." && segment != ".."
}
