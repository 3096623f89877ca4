package strictjson

import "strconv"

// The magnitude of a number is the exponent of its first significant digit in
// scientific notation. A number below maxMagnitude is finite in a float64, and a
// number above it is not. For maxMagnitude itself, strconv decides.
//
// Two forms of small numbers are rejected because parsers disagree about them: an
// integer part out of range with a negative exponent that brings it back, and an
// exponent above maxExponent with zeros after the point that bring it back.
const (
	maxMagnitude = 308
	maxExponent  = 99999
)

// Float returns the value of raw, a JSON number with nothing around it, rounded
// to a float64. It returns false if raw is not a number or exceeds the finite
// range of a float64.
func Float(raw []byte) (float64, bool) {
	if len(raw) == 0 {
		return 0, false
	}
	if n, ok := smallInteger(raw); ok {
		return float64(n), true
	}
	next, err := scanNumber(raw, 0)
	if err != nil || next != len(raw) {
		return 0, false
	}
	f, err := strconv.ParseFloat(alias(raw), 64)
	return f, err == nil
}

// smallInteger parses an unsigned integer of at most 15 digits, such as a
// timestamp, which a float64 holds exactly.
func smallInteger(raw []byte) (n int64, ok bool) {
	if len(raw) > 15 || raw[0] == '0' && len(raw) > 1 {
		return 0, false
	}
	for _, c := range raw {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// scanNumber scans the number at data[i] and returns the index after it. It
// counts digits and does not convert them, so the time is linear in their number.
func scanNumber(data []byte, i int) (int, error) {
	start := i
	if data[i] == '-' {
		i++
	}
	integer := i
	i = skipDigits(data, i)
	switch {
	case i == integer:
		return 0, ErrSyntax
	case data[integer] == '0' && i > integer+1:
		return 0, ErrSyntax
	case i-integer <= maxMagnitude && (i == len(data) || data[i] != '.' && data[i] != 'e' && data[i] != 'E'):
		return i, nil
	}
	magnitude := i - integer - 1
	if magnitude > maxMagnitude {
		return 0, ErrRange
	}
	zero := data[integer] == '0'

	if i < len(data) && data[i] == '.' {
		i++
		fraction := i
		i = skipDigits(data, i)
		if i == fraction {
			return 0, ErrSyntax
		}
		for j := fraction; zero && j < i; j++ {
			magnitude--
			zero = data[j] == '0'
		}
	}
	if i < len(data) && (data[i] == 'e' || data[i] == 'E') {
		i++
		negative := false
		if i < len(data) && (data[i] == '+' || data[i] == '-') {
			negative = data[i] == '-'
			i++
		}
		digits := i
		exponent := 0
		for ; i < len(data) && '0' <= data[i] && data[i] <= '9'; i++ {
			if exponent <= maxExponent {
				exponent = exponent*10 + int(data[i]-'0')
			}
		}
		if i == digits {
			return 0, ErrSyntax
		}
		switch {
		case negative:
			magnitude -= exponent
		case exponent > maxExponent && !zero:
			return 0, ErrRange
		default:
			magnitude += exponent
		}
	}

	if zero || magnitude < maxMagnitude {
		return i, nil
	}
	if magnitude == maxMagnitude {
		if _, err := strconv.ParseFloat(alias(data[start:i]), 64); err == nil {
			return i, nil
		}
	}
	return 0, ErrRange
}

func skipDigits(data []byte, i int) int {
	for i < len(data) && '0' <= data[i] && data[i] <= '9' {
		i++
	}
	return i
}
