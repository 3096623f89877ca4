package redisstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/redis/go-redis/v9"
)

// describe returns the error of [Replays.First] for an error of the client.
func describe(ctx context.Context, err error) error {
	var response redis.Error
	switch {
	case errors.As(err, &response):
		// Some error responses repeat the arguments of the command.
		return fmt.Errorf("redisstore: the server responded with the error %s", code(response))
	case ctx.Err() != nil:
		return fmt.Errorf("redisstore: no response: %w", ctx.Err())
	case errors.Is(err, os.ErrDeadlineExceeded):
		// The deadline of the connection, a moment before that of ctx.
		return fmt.Errorf("redisstore: no response: %w", context.DeadlineExceeded)
	default:
		return fmt.Errorf("redisstore: no response: %w", err)
	}
}

// code returns the first word of an error response, such as OOM or NOPERM, which says what
// kind of error it is. It returns "unknown" if that is not a word of capital letters.
func code(response redis.Error) string {
	word, _, _ := strings.Cut(response.Error(), " ")
	if word == "" || len(word) > 32 || strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" {
		return "unknown"
	}
	return word
}
