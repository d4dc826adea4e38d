// Package envvars reads and extends lists of environment variables, and edits GOFLAGS.
package envvars

import (
	"slices"
	"strings"
)

// Vars are variables as "NAME=value"; as in os/exec the last entry of a name wins.
type Vars []string

// Get returns the value of name, "" if it is not set.
func (v Vars) Get(name string) string {
	for _, entry := range slices.Backward(v) {
		if value, found := strings.CutPrefix(entry, name+"="); found {
			return value
		}
	}
	return ""
}

// With returns the variables and the given ones, which win.
func (v Vars) With(entries ...string) Vars {
	return append(slices.Clone(v), entries...)
}

// WithoutGoFlags returns the variables with the named flags (without their dash) removed from GOFLAGS.
func (v Vars) WithoutGoFlags(names ...string) Vars {
	kept := slices.DeleteFunc(split(v.Get("GOFLAGS")), func(field string) bool {
		return slices.Contains(names, flagName(field))
	})
	return v.With("GOFLAGS=" + strings.Join(kept, " "))
}

// GoFlag returns the value the named flag has in GOFLAGS, "" if it is not there.
func (v Vars) GoFlag(name string) string {
	for _, field := range slices.Backward(split(v.Get("GOFLAGS"))) {
		if flagName(field) == name {
			_, value, _ := strings.Cut(strings.Trim(field, `'"`), "=")
			return value
		}
	}
	return ""
}

// HasGoFlag reports whether the named flag is in GOFLAGS.
func (v Vars) HasGoFlag(name string) bool {
	return slices.ContainsFunc(split(v.Get("GOFLAGS")), func(field string) bool { return flagName(field) == name })
}

func flagName(field string) string {
	name, _, _ := strings.Cut(strings.Trim(field, `'"`), "=")
	return strings.TrimLeft(name, "-")
}

// split cuts at white space outside a quoted field, and leaves the quotes, as cmd/internal/quoted in Go's source.
func split(flags string) []string {
	var fields []string
	for {
		flags = strings.TrimLeft(flags, " \t\r\n")
		if flags == "" {
			return fields
		}
		end := strings.IndexAny(flags, " \t\r\n")
		if quote := flags[0]; quote == '\'' || quote == '"' {
			end = strings.IndexByte(flags[1:], quote) + 2
			if end == 1 {
				end = -1
			}
		}
		if end < 0 {
			end = len(flags)
		}
		fields = append(fields, flags[:end])
		flags = flags[end:]
	}
}
