package strictjson_test

import (
	"math"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

func TestFloat(t *testing.T) {
	for _, tc := range []struct {
		name, ids, raw string
		want           float64
		ok             bool
	}{
		{"zero", "", "0", 0, true},
		{"minus zero", "", "-0", math.Copysign(0, -1), true},
		{"timestamp", "T-09", "1893456000", 1893456000, true},
		{"fraction", "T-09", "1893456000.25", 1893456000.25, true},
		{"exponent", "T-09", "1.893456e9", 1893456000, true},
		{"fifteen digits", "", "999999999999999", 999999999999999, true},
		{"sixteen digits", "", "9007199254740993", 9007199254740992, true},
		{"two to the 63", "T-12", "9223372036854775808", 1 << 63, true},
		{"below minus two to the 63", "T-12", "-9223372036854775809", -1 << 63, true},
		{"two to the 64", "T-12", "18446744073709551616", 1 << 64, true},
		{"1e308", "T-12", "1e308", 1e308, true},
		{"greatest", "", "1.7976931348623157e308", math.MaxFloat64, true},
		{"smallest", "", "5e-324", 5e-324, true},
		{"below the smallest", "", "1e-400", 0, true},
		{"1e309", "T-12", "1e309", 0, false},
		{"1e400", "T-12", "1e400", 0, false},
		{"-1e400", "T-12", "-1e400", 0, false},
		{"string", "T-08", `"1893456000"`, 0, false},
		{"null", "T-08", "null", 0, false},
		{"true", "T-08", "true", 0, false},
		{"array", "T-08", "[1]", 0, false},
		{"object", "T-08", "{}", 0, false},
		{"nothing", "", "", 0, false},
		{"space before", "", " 1", 0, false},
		{"space after", "", "1 ", 0, false},
		{"leading zero", "", "01", 0, false},
		{"plus", "", "+1", 0, false},
		{"hexadecimal", "", "0x10", 0, false},
		{"underscore", "", "1_0", 0, false},
		{"infinity", "", "Inf", 0, false},
		{"NaN", "", "NaN", 0, false},
		{"sign only", "", "-", 0, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			covers(t, tc.ids)
			got, ok := strictjson.Float([]byte(tc.raw))
			if ok != tc.ok || math.Float64bits(got) != math.Float64bits(tc.want) {
				t.Errorf("Float(%s) = %v, %v, want %v, %v", tc.raw, got, ok, tc.want, tc.ok)
			}
		})
	}
}

// TestLongNumbers parses numbers with up to 100000 digits.
func TestLongNumbers(t *testing.T) {
	const long = 100_000
	zeros, nines := strings.Repeat("0", long), strings.Repeat("9", long)
	for _, tc := range []struct {
		name, ids, raw string
		want           float64
		err            error
	}{
		{"a hundred thousand nines", "T-12", nines, 0, strictjson.ErrRange},
		{"a hundred thousand nines, negative", "T-12", "-" + nines, 0, strictjson.ErrRange},
		{"a fraction of a hundred thousand nines", "", "0." + nines, 1, nil},
		{"a fraction of a hundred thousand zeros", "", "1." + zeros, 1, nil},
		{"zero of a hundred thousand digits", "", "0." + zeros, 0, nil},
		{"a very small number", "", "0." + zeros + "1", 0, nil},
		{"a small exponent that takes the digits back", "", strings.Repeat("9", 90_000) + "e-90000", 0,
			strictjson.ErrRange},
		{"309 digits and a small exponent that takes them back", "", nines[:309] + "e-309", 1, nil},
		{"309 digits, a fraction and an exponent smaller still", "", nines[:309] + "." + nines + "e-310", 0.1, nil},
		{"310 digits and a small exponent that takes them back", "", nines[:310] + "e-310", 0, strictjson.ErrRange},
		{"a small exponent of a hundred thousand digits", "", "1e-" + nines, 0, nil},
		{"a great exponent takes the zeros back", "", "0." + strings.Repeat("0", 90_000) + "25e90001", 2.5, nil},
		{"and one that no reader counts", "", "0." + zeros + "1e100001", 0, strictjson.ErrRange},
		{"308 nines", "", nines[:308], 1e308, nil},
		{"309 nines", "", nines[:309], 0, strictjson.ErrRange},
		{"309 digits within the range", "", "1" + zeros[:308], 1e308, nil},
		{"309 digits and a fraction", "", "1" + zeros[:308] + "." + nines, 1e308, nil},
		{"an exponent of a hundred thousand zeros", "", "1e" + zeros + "5", 1e5, nil},
		{"an exponent of a hundred thousand nines", "ATK-C17", "1e" + nines, 0, strictjson.ErrRange},
	} {
		t.Run(tc.name, func(t *testing.T) {
			covers(t, tc.ids)
			if _, err := strictjson.Parse([]byte(`{"exp":`+tc.raw+`}`), nil); err != tc.err {
				t.Errorf("Parse: %v, want %v", err, tc.err)
			}
			got, ok := strictjson.Float([]byte(tc.raw))
			if ok != (tc.err == nil) || got != tc.want {
				t.Errorf("Float = %v, %v, want %v", got, ok, tc.want)
			}
		})
	}
}
