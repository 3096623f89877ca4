package jws

// Len returns the number of cached headers.
func (c *HeaderCache) Len() int {
	if headers := c.headers.Load(); headers != nil {
		return len(*headers)
	}
	return 0
}
