// Package integration tests replicas of an API that share a real redis-server. It is a
// module of its own: neither does package redisstore need the middleware, nor the
// middleware a Redis client.
//
//	integration/install
//	BEARERGUARD_INTEGRATION=1 go test -count 1 ./...
//
// Without the variable every test is skipped, as in the folder integration of the
// repository.
package integration
