package middleware

import "reflect"

// copied returns c with copies of all slices and maps in it, and of what its pointers
// point to, so that its owner may use them again. It finds the fields by reflection
// so that none is forgotten. Functions and what interfaces hold, such as the
// transport of an HTTPClient, stay the same; the values of Metadata are encoded before
// New returns.
func (c Config) copied() Config {
	return deepCopy(reflect.ValueOf(&c).Elem()).Interface().(Config)
}

func deepCopy(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		made := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			made.Index(i).Set(deepCopy(v.Index(i)))
		}
		return made
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		made := reflect.MakeMapWithSize(v.Type(), v.Len())
		for key, value := range v.Seq2() {
			made.SetMapIndex(key, deepCopy(value))
		}
		return made
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		made := reflect.New(v.Type().Elem())
		made.Elem().Set(deepCopy(v.Elem()))
		return made
	case reflect.Struct:
		made := reflect.New(v.Type()).Elem()
		made.Set(v) // with the fields that are not exported
		for i := range v.NumField() {
			if made.Field(i).CanSet() {
				made.Field(i).Set(deepCopy(v.Field(i)))
			}
		}
		return made
	}
	return v
}
