module github.com/bearerguard/bearerguard/middleware/internal/tokencache/compare

go 1.26

require (
	github.com/Yiling-J/theine-go v0.6.3
	github.com/bearerguard/bearerguard v0.0.0
	github.com/dgraph-io/ristretto/v2 v2.4.2
	github.com/hashicorp/golang-lru/v2 v2.0.7
	github.com/maypok86/otter/v2 v2.4.0
)

require (
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/dustin/go-humanize v1.0.1 // indirect
	github.com/klauspost/cpuid/v2 v2.3.0 // indirect
	github.com/zeebo/xxh3 v1.0.2 // indirect
	golang.org/x/sys v0.46.0 // indirect
)

replace github.com/bearerguard/bearerguard => ../../../..
