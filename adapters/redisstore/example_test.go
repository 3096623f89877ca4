package redisstore_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bearerguard/bearerguard/adapters/redisstore"
)

func ExampleNew() {
	client := redis.NewClient(&redis.Options{
		Addr:                  "redis.internal.example:6379",
		ContextTimeoutEnabled: true,
	})
	defer func() { _ = client.Close() }()
	replays := redisstore.New(client, redisstore.Options{Prefix: "orders:replay:"})

	proof := sha256.Sum256([]byte("thumbprint of the client's key, and jti of the proof"))
	first, err := replays.First(context.Background(), proof, time.Now().Add(2*time.Minute))
	switch {
	case err != nil:
		log.Print(err) // reject the request as unavailable
	case first:
		fmt.Println("the proof is new")
	default:
		fmt.Println("the proof was used before")
	}
}
