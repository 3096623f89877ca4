package strictjson

// Valid returns an error unless data is exactly one JSON value of any type, by the
// rules of Parse.
func Valid(data []byte) error {
	i, err := scanValue(data, skipSpace(data, 0), 0)
	if err != nil {
		return err
	}
	return end(data, i)
}
